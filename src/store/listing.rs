//! Pagination of listings: one that repeats itself, or names objects outside the prefix, is an
//! error, and every object is named once.
//!
//! A store returns a listing page by page, each with a token for the next. The clients follow the tokens as long as
//! there is one, which never ends if a server repeats them; an object named twice would be read twice; and one of
//! another folder would be read, or removed, with those of this one.

use std::collections::HashSet;
use std::sync::Arc;

use futures::stream::{self, BoxStream, StreamExt};
use object_store::list::{PaginatedListOptions, PaginatedListResult, PaginatedListStore};
use object_store::path::{DELIMITER, Path};
use object_store::{Error, ListResult, ObjectMeta, Result};

/// Consecutive empty pages, as after many deletions.
const EMPTY_PAGES: usize = 1000;
/// More bytes than any folder has: sums of listed sizes do not overflow.
const MOST_BYTES: u64 = 1 << 56;

/// The pages of a listing of everything below a folder; with `folders`, of its direct children.
pub(super) fn pages<S: PaginatedListStore>(
    client: Arc<S>,
    below: Option<&Path>,
    folders: bool,
) -> BoxStream<'static, Result<ListResult>> {
    let prefix = below.filter(|folder| !folder.as_ref().is_empty());
    let listing = Listing {
        client,
        prefix: prefix.map(|folder| format!("{folder}{DELIMITER}")),
        folders,
        token: None,
        is_over: false,
        seen: Seen::default(),
    };
    stream::try_unfold(listing, |mut listing| async move {
        let page = listing.page().await?;
        Ok(page.map(|page| (page, listing)))
    })
    .boxed()
}

/// The metadata of an object, unless it is impossible.
pub(super) fn believed(object: &ObjectMeta) -> Result<()> {
    within(object.size)
}

fn within(bytes: u64) -> Result<()> {
    match bytes > MOST_BYTES {
        true => Err(unbelievable("names more bytes than there can be")),
        false => Ok(()),
    }
}

fn unbelievable(problem: &str) -> Error {
    Error::Generic { store: "remote", source: format!("the store {problem}").into() }
}

struct Listing<S> {
    client: Arc<S>,
    prefix: Option<String>,
    folders: bool,
    /// That of the next page; the first has none.
    token: Option<String>,
    is_over: bool,
    seen: Seen,
}

/// What earlier pages said.
#[derive(Default)]
struct Seen {
    tokens: HashSet<String>,
    keys: HashSet<Path>,
    bytes: u64,
    empty_pages: usize,
}

impl<S: PaginatedListStore> Listing<S> {
    async fn page(&mut self) -> Result<Option<ListResult>> {
        if self.is_over {
            return Ok(None);
        }
        let page_token = self.token.take();
        let delimiter = self.folders.then_some(DELIMITER.into());
        let options = PaginatedListOptions { page_token, delimiter, ..Default::default() };
        let PaginatedListResult { result, page_token } =
            self.client.list_paginated(self.prefix.as_deref(), options).await?;
        self.token = page_token.filter(|token| !token.is_empty());
        let objects = result.objects.iter().map(|object| &object.location);
        if !objects.chain(&result.common_prefixes).all(|path| self.is_asked_for(path)) {
            return Err(unbelievable("lists what lies elsewhere than what it was asked for"));
        }
        if !self.seen.is_news(self.token.as_ref(), &result) {
            return Err(unbelievable("repeats itself in a listing that does not end"));
        }
        self.seen.add_up(&result)?;
        self.is_over = self.token.is_none();
        Ok(Some(result))
    }

    /// Whether a path lies below the prefix, or is the object by which consoles make a folder of it.
    fn is_asked_for(&self, path: &Path) -> bool {
        let Some(prefix) = &self.prefix else { return true };
        path.as_ref().starts_with(prefix) || prefix.strip_suffix(DELIMITER) == Some(path.as_ref())
    }
}

impl Seen {
    fn add_up(&mut self, page: &ListResult) -> Result<()> {
        let sizes = page.objects.iter().map(|object| object.size);
        self.bytes = sizes.fold(self.bytes, u64::saturating_add);
        within(self.bytes)
    }

    /// Whether a page, and its token, are new.
    fn is_news(&mut self, token: Option<&String>, page: &ListResult) -> bool {
        let is_empty = page.objects.is_empty() && page.common_prefixes.is_empty();
        self.empty_pages = if is_empty { self.empty_pages + 1 } else { 0 };
        let mut keys = page.objects.iter().map(|object| &object.location);
        self.empty_pages <= EMPTY_PAGES
            && token.is_none_or(|token| self.tokens.insert(token.clone()))
            && keys.all(|key| self.keys.insert(key.clone()))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use async_trait::async_trait;
    use futures::TryStreamExt;
    use object_store::list::{PaginatedListOptions, PaginatedListResult, PaginatedListStore};
    use object_store::{ListResult, ObjectMeta, Result};

    use super::pages;

    /// The keys and the token of the page with a number.
    type Page = fn(usize) -> (Vec<String>, Option<String>);

    struct Fake(Page, AtomicUsize);

    #[async_trait]
    impl PaginatedListStore for Fake {
        async fn list_paginated(
            &self,
            _: Option<&str>,
            _: PaginatedListOptions,
        ) -> Result<PaginatedListResult> {
            let (keys, page_token) = self.0(self.1.fetch_add(1, Ordering::SeqCst));
            let objects = keys.into_iter().map(|key| ObjectMeta {
                location: key.into(),
                last_modified: chrono::DateTime::UNIX_EPOCH,
                size: 1,
                e_tag: None,
                version: None,
            });
            let (objects, common_prefixes) = (objects.collect(), Vec::new());
            Ok(PaginatedListResult { result: ListResult { common_prefixes, objects }, page_token })
        }
    }

    /// The number of keys listed; the error is the number of pages it took to end.
    async fn listed(page: Page) -> Result<usize, usize> {
        let fake = Arc::new(Fake(page, AtomicUsize::new(0)));
        let pages: Result<Vec<_>> = pages(Arc::clone(&fake), None, false).try_collect().await;
        let asked = fake.1.load(Ordering::SeqCst);
        pages.map(|pages| pages.iter().map(|page| page.objects.len()).sum()).map_err(|_| asked)
    }

    #[tokio::test]
    async fn what_was_not_asked_for_is_no_part_of_a_listing() {
        let cases: [(Page, bool); 5] = [
            (|_| (vec!["a/b/c".into()], None), true),
            (|_| (vec!["a/b".into(), "a/b/c".into()], None), true),
            (|_| (vec!["a/bc".into()], None), false),
            (|_| (vec!["a/b/c".into(), "a".into()], None), false),
            (|_| (vec!["other/precious".into()], None), false),
        ];
        for (number, (page, is_right)) in cases.into_iter().enumerate() {
            let fake = Arc::new(Fake(page, AtomicUsize::new(0)));
            let pages: Result<Vec<_>> = pages(fake, Some(&"a/b".into()), false).try_collect().await;
            assert_eq!(pages.is_ok(), is_right, "{number}");
        }
    }

    #[tokio::test]
    async fn a_listing_ends_or_is_given_up() {
        // Three pages, one of them empty; the last has an empty token.
        let right: Page = |number| match number {
            0 => (vec!["a".into(), "b".into()], Some("1".into())),
            1 => (vec![], Some("2".into())),
            _ => (vec!["c".into()], Some(String::new())),
        };
        assert_eq!(listed(right).await, Ok(3));
        let same_token: Page = |number| (vec![number.to_string()], Some("again".into()));
        assert_eq!(listed(same_token).await, Err(2));
        let in_turn: Page = |number| (vec![number.to_string()], Some((number % 3).to_string()));
        assert_eq!(listed(in_turn).await, Err(4));
        let same_key: Page = |number| (vec!["a".into()], Some(number.to_string()));
        assert_eq!(listed(same_key).await, Err(2));
        let twice: Page = |_| (vec!["a".into(), "a".into()], None);
        assert_eq!(listed(twice).await, Err(1));
        let nothing: Page = |number| (vec![], Some(number.to_string()));
        assert_eq!(listed(nothing).await, Err(1001));
    }
}
