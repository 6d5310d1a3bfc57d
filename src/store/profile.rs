//! The profiles that the AWS tools keep in the home folder.

use std::path::{Path, PathBuf};

use ini::{Ini, ParseOption, Properties};

use super::small::read_small;
use super::variables::Variables;

/// Ways to sign in that only the AWS tools support.
const FOREIGN: [&str; 7] = [
    "sso_session",
    "sso_start_url",
    "credential_process",
    "source_profile",
    "credential_source",
    "login_session",
    "role_arn",
];

/// The settings of one profile. Not printable: it contains keys.
#[derive(Default)]
pub(super) struct Profile {
    name: String,
    config: Properties,
    credentials: Properties,
}

impl Profile {
    /// Reads the profile that `AWS_PROFILE` names, or `default`.
    ///
    /// # Errors
    /// A file cannot be read, or the profile was requested by name and is in neither file.
    pub(super) fn read(variables: &Variables) -> Result<Self, String> {
        let named = variables.first(&["AWS_PROFILE", "AWS_DEFAULT_PROFILE"]);
        let name = named.unwrap_or("default");
        let [config_file, credentials_file] = files(variables);
        let section = if name == "default" { name.to_owned() } else { format!("profile {name}") };
        let config = section_of(config_file.as_deref(), &section)?;
        let credentials = section_of(credentials_file.as_deref(), name)?;
        if named.is_some() && config.is_none() && credentials.is_none() {
            return Err(absent(name, config_file.as_deref(), credentials_file.as_deref()));
        }
        let (config, credentials) = (config.unwrap_or_default(), credentials.unwrap_or_default());
        Ok(Self { name: name.to_owned(), config, credentials })
    }

    /// A setting; the file of credentials takes precedence.
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        let found = self.credentials.get(key).or_else(|| self.config.get(key));
        found.filter(|value| !value.is_empty())
    }

    /// Whether it has everything that is needed to sign requests.
    ///
    /// # Errors
    /// It signs in in a way that only the AWS tools support.
    pub(super) fn signs(&self) -> Result<bool, String> {
        let has = |key: &&str| self.get(key).is_some();
        if ["aws_access_key_id", "aws_secret_access_key"].iter().all(has)
            || ["role_arn", "web_identity_token_file"].iter().all(has)
        {
            return Ok(true);
        }
        match FOREIGN.iter().find(|key| has(key)) {
            None => Ok(false),
            Some(key) => Err(format!(
                "the profile `{name}` signs in with `{key}`, which only the AWS tools can; let them \
                 put keys into the environment: `aws configure export-credentials --profile {name} \
                 --format env`",
                name = self.name,
            )),
        }
    }
}

/// The file of settings and the file of keys.
pub(super) fn files(variables: &Variables) -> [Option<PathBuf>; 2] {
    let file = |name: &str, at_home: &str| {
        variables.get(name).map(PathBuf::from).or_else(|| variables.at_home(at_home))
    };
    [
        file("AWS_CONFIG_FILE", ".aws/config"),
        file("AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials"),
    ]
}

fn section_of(file: Option<&Path>, section: &str) -> Result<Option<Properties>, String> {
    let Some(file) = file else { return Ok(None) };
    // Keys may contain characters that other INI files quote or escape.
    let as_written =
        ParseOption { enabled_quote: false, enabled_escape: false, ..ParseOption::default() };
    let text = match read_small(file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(format!("cannot read `{}`: {error}", file.display())),
    };
    match Ini::load_from_str_opt(&text, as_written) {
        Ok(ini) => Ok(ini.section(Some(section)).cloned()),
        Err(error) => {
            Err(format!("`{}` is not a file of profiles: line {}", file.display(), error.line))
        }
    }
}

fn absent(name: &str, config: Option<&Path>, credentials: Option<&Path>) -> String {
    let files: Vec<String> = [config, credentials]
        .into_iter()
        .flatten()
        .map(|file| format!("`{}`", file.display()))
        .collect();
    format!("there is no profile `{name}` in {}", files.join(" or "))
}

#[cfg(test)]
mod tests {
    use super::Profile;
    use crate::store::variables::Variables;

    fn profile(name: &str, config: &str, credentials: &str) -> Result<Profile, String> {
        let home = tempfile::tempdir().unwrap();
        std::fs::create_dir(home.path().join(".aws")).unwrap();
        std::fs::write(home.path().join(".aws/config"), config).unwrap();
        std::fs::write(home.path().join(".aws/credentials"), credentials).unwrap();
        let home = home.path().to_string_lossy();
        Profile::read(&Variables::from([("HOME", &*home), ("AWS_PROFILE", name)]))
    }

    #[test]
    fn keys_and_settings_come_from_both_files() {
        let config = "[profile night]\nregion = eu-west-1 \nendpoint_url = http://host:1\n";
        let credentials =
            "[night]\naws_access_key_id = AKIA\naws_secret_access_key = a/b+c\"d'\\e=\n";
        let profile = profile("night", config, credentials).unwrap_or_default();
        assert_eq!(profile.signs(), Ok(true));
        assert_eq!(profile.get("region"), Some("eu-west-1"));
        assert_eq!(profile.get("endpoint_url"), Some("http://host:1"));
        assert_eq!(profile.get("aws_secret_access_key"), Some("a/b+c\"d'\\e="));
    }

    #[test]
    fn a_profile_that_is_nowhere_is_told_with_the_files() {
        let problem = profile("night", "[default]\nregion = x\n", "").err().unwrap_or_default();
        assert!(problem.contains("no profile `night`") && problem.contains(".aws/config"));
    }

    #[test]
    fn a_way_to_sign_in_that_is_not_ours_is_named_with_a_way_out() {
        let config = "[profile night]\nsso_session = work\nregion = eu-west-1\n";
        let problem = profile("night", config, "").unwrap_or_default().signs().unwrap_err();
        assert!(problem.contains("`sso_session`") && problem.contains("export-credentials"));
    }

    #[test]
    fn without_files_the_default_profile_is_empty() {
        let profile = Profile::read(&Variables::from([("HOME", "/nowhere")])).unwrap_or_default();
        assert_eq!(profile.signs(), Ok(false));
    }
}
