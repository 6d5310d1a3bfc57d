//! The stores of a session: only those of declared locations.
//!
//! DataFusion's own registry starts with the whole disk of this machine. This one starts empty, so that a query that
//! names any other location finds no store.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use datafusion::common::{Result, plan_err};
use datafusion::execution::object_store::ObjectStoreRegistry;
use object_store::ObjectStore;
use url::Url;

/// Stores by the name that [`super::Location`] gives them.
#[derive(Debug, Default)]
pub struct Declared(RwLock<BTreeMap<String, Arc<dyn ObjectStore>>>);

impl ObjectStoreRegistry for Declared {
    fn register_store(
        &self,
        url: &Url,
        store: Arc<dyn ObjectStore>,
    ) -> Option<Arc<dyn ObjectStore>> {
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(name(url), store)
    }

    fn deregister_store(&self, url: &Url) -> Result<Arc<dyn ObjectStore>> {
        let removed = self.0.write().unwrap_or_else(PoisonError::into_inner).remove(&name(url));
        removed.map_or_else(|| undeclared(url), Ok)
    }

    fn get_store(&self, url: &Url) -> Result<Arc<dyn ObjectStore>> {
        let found = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&name(url)).cloned();
        found.map_or_else(|| undeclared(url), Ok)
    }
}

fn undeclared(url: &Url) -> Result<Arc<dyn ObjectStore>> {
    plan_err!("`{}` is not a declared location", name(url))
}

/// A URL without its path and credentials.
fn name(url: &Url) -> String {
    format!("{}://{}", url.scheme(), &url[url::Position::BeforeHost..url::Position::AfterPort])
}

#[cfg(test)]
mod tests {
    use super::Declared;
    use datafusion::execution::object_store::{ObjectStoreRegistry, ObjectStoreUrl};
    use object_store::memory::InMemory;
    use std::sync::Arc;

    #[test]
    fn only_what_was_declared_is_known() {
        let stores = Declared::default();
        let bucket = ObjectStoreUrl::parse("s3://raw").unwrap();
        for other in ["file://", "s3://raw", "https://host:443"] {
            let other = ObjectStoreUrl::parse(other).unwrap();
            let error = stores.get_store(other.as_ref()).unwrap_err().to_string();
            assert!(error.contains("is not a declared location"), "{error}");
        }
        stores.register_store(bucket.as_ref(), Arc::new(InMemory::new()));
        assert!(stores.get_store(bucket.as_ref()).is_ok());
        assert!(stores.get_store(ObjectStoreUrl::local_filesystem().as_ref()).is_err());
    }
}
