//! Error codes in responses of stores: what each means for a caller, and which may be shown.

use super::StoreErrorKind;

/// Codes of answers that say: later.
const BUSY: [&str; 22] = [
    "SlowDown",
    "SlowDownRead",
    "SlowDownWrite",
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestThrottled",
    "RequestThrottledException",
    "RequestLimitExceeded",
    "BandwidthLimitExceeded",
    "TooManyRequests",
    "TooManyRequestsException",
    "ServerBusy",
    "ServiceUnavailable",
    "RequestTimeout",
    "OperationAborted",
    "OperationTimedOut",
    "ConditionalRequestConflict",
    "rateLimitExceeded",
    "PendingCopyOperation",
    "userRateLimitExceeded",
    "temporarily_unavailable",
];
/// Codes for denied access. Some come with an unspecific status.
const DENIED: [&str; 27] = [
    "AccessDenied",
    "AccountProblem",
    "AllAccessDisabled",
    "AuthenticationFailed",
    "AuthenticationRequired",
    "AuthorizationFailure",
    "AuthorizationPermissionMismatch",
    "AuthorizationProtocolMismatch",
    "AuthorizationResourceTypeMismatch",
    "AuthorizationServiceMismatch",
    "AuthorizationSourceIPMismatch",
    "ExpiredToken",
    "ExpiredTokenException",
    "Forbidden",
    "InsufficientAccountPermissions",
    "InvalidAccessKeyId",
    "InvalidAuthenticationInfo",
    "InvalidIdentityToken",
    "InvalidSecurity",
    "InvalidToken",
    "NoAuthenticationInformation",
    "RequestTimeTooSkewed",
    "SignatureDoesNotMatch",
    "TokenRefreshRequired",
    "Unauthorized",
    "UnauthorizedAccess",
    "invalid_grant",
];
/// Codes for a missing bucket.
const NO_BUCKET: [&str; 4] =
    ["NoSuchBucket", "ContainerNotFound", "ContainerBeingDeleted", "AccountNotFound"];
/// Other codes. One that is in none of these lists may be anything, and is not shown.
const OTHER: [&str; 42] = [
    "AccountIsDisabled",
    "AuthorizationHeaderMalformed",
    "BadDigest",
    "BlobAlreadyExists",
    "BlobArchived",
    "BlobNotFound",
    "BucketAlreadyExists",
    "BucketNotEmpty",
    "ConditionNotMet",
    "EntityTooLarge",
    "EntityTooSmall",
    "ExpiredPresignRequest",
    "IllegalLocationConstraintException",
    "IncompleteBody",
    "InternalError",
    "InvalidArgument",
    "InvalidBlobType",
    "InvalidBucketName",
    "InvalidDigest",
    "InvalidHeaderValue",
    "InvalidObjectState",
    "InvalidPart",
    "InvalidPartOrder",
    "InvalidQueryParameterValue",
    "InvalidRange",
    "InvalidRequest",
    "InvalidUri",
    "KeyTooLongError",
    "LeaseIdMissing",
    "MalformedXML",
    "MethodNotAllowed",
    "MissingContentLength",
    "NoSuchKey",
    "NoSuchUpload",
    "NotImplemented",
    "PermanentRedirect",
    "PreconditionFailed",
    "ResourceNotFound",
    "invalid_client",
    "invalid_request",
    "invalid_scope",
    "unauthorized_client",
];

/// The kind of an error with a code that is more precise than its status.
pub(super) fn kind(code: &str) -> Option<StoreErrorKind> {
    match () {
        () if BUSY.contains(&code) => Some(StoreErrorKind::TryAgain),
        () if DENIED.contains(&code) => Some(StoreErrorKind::Credentials),
        () if NO_BUCKET.contains(&code) => Some(StoreErrorKind::Storage),
        () => None,
    }
}

/// The error code of a server's response, if it is a known one: S3, Google and Azure use XML,
/// sign-in services JSON, and the client has it from the response to a delete request.
pub(in crate::store) fn error_code(response: &str) -> Option<&'static str> {
    let xml = response.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>"));
    let deleted = || response.rsplit_once("(code: ").and_then(|(_, rest)| rest.split_once(')'));
    let json = || {
        let answer = response.get(response.find('{')?..=response.rfind('}')?)?;
        let answer: serde_json::Value = serde_json::from_str(answer).ok()?;
        known(answer.get("error")?.as_str()?)
    };
    xml.or_else(deleted).map_or_else(json, |(code, _)| known(code))
}

/// The code in an error that was redacted before.
pub(super) fn shown_code(said: &str) -> Option<&'static str> {
    known(said.trim_end().strip_suffix(')')?.rsplit_once(" (")?.1)
}

fn known(code: &str) -> Option<&'static str> {
    let codes = BUSY.iter().chain(&DENIED).chain(&NO_BUCKET).chain(&OTHER);
    codes.copied().find(|known| *known == code)
}
