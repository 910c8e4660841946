//! Where sealed segments lie: a folder, or with the feature `s3` a bucket, through one trait
//! (object_store).

use crate::{ARCHIVE_AWAY, ARCHIVE_UNKNOWN};
use kernel::{Error, Result};
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt as _};
use tokio::runtime::Runtime;

/// Largest object that is read, bytes.
const OBJECT_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// An open place for segments.
pub struct Archive {
    store: Box<dyn ObjectStore>,
    prefix: Path,
    runtime: Runtime,
}

impl std::fmt::Debug for Archive {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Archive({})", self.prefix)
    }
}

fn away(file: impl std::fmt::Display) -> impl FnOnce(object_store::Error) -> Error {
    let file = file.to_string();
    move |e| Error::new(ARCHIVE_AWAY).arg("file", file).because(e)
}

impl Archive {
    /// As [`Archive::open`]; a folder that is not there yet is made.
    pub fn make(place: &str, settings: &[(String, String)]) -> Result<Self> {
        if !place.contains("://") {
            let failed = |e: std::io::Error| Error::new(ARCHIVE_AWAY).arg("file", place).because(e);
            std::fs::create_dir_all(place).map_err(failed)?;
        }
        Self::open(place, settings)
    }

    /// Opens a folder or `s3://BUCKET/PREFIX`. `settings` are names and values for the bucket, such as
    /// `AWS_ENDPOINT` and `AWS_SECRET_ACCESS_KEY`.
    pub fn open(place: &str, settings: &[(String, String)]) -> Result<Self> {
        let (store, prefix) = if place.contains("://") {
            bucket(place, settings)?
        } else {
            let folder = object_store::local::LocalFileSystem::new_with_prefix(place)
                .map_err(away(place))?
                .with_fsync(true);
            (Box::new(folder) as Box<dyn ObjectStore>, Path::default())
        };
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        Ok(Self { store, prefix, runtime: runtime.enable_all().build().map_err(Error::bug)? })
    }

    fn path(&self, name: &str) -> Path {
        name.split('/').fold(self.prefix.clone(), |path, part| path.join(part))
    }

    /// Writes an object, whole or not at all.
    pub fn put(&self, name: &str, bytes: Vec<u8>) -> Result<()> {
        let path = self.path(name);
        let put = self.store.put(&path, bytes.into());
        self.runtime.block_on(put).map(drop).map_err(away(&path))
    }

    /// Reads an object; `None` if there is none.
    pub fn get(&self, name: &str) -> Result<Option<Vec<u8>>> {
        let path = self.path(name);
        self.runtime.block_on(async {
            let found = match self.store.get(&path).await {
                Ok(found) => found,
                Err(object_store::Error::NotFound { .. }) => return Ok(None),
                Err(e) => return Err(away(&path)(e)),
            };
            if found.meta.size > OBJECT_BYTES_MAX {
                return Err(Error::new(ARCHIVE_AWAY)
                    .arg("file", path.to_string())
                    .because("large"));
            }
            Ok(Some(found.bytes().await.map_err(away(&path))?.to_vec()))
        })
    }
}

#[cfg(feature = "s3")]
fn bucket(place: &str, settings: &[(String, String)]) -> Result<(Box<dyn ObjectStore>, Path)> {
    let unknown =
        |e: &dyn std::fmt::Display| Error::new(ARCHIVE_UNKNOWN).arg("place", place).because(e);
    let url = url::Url::parse(place).map_err(|e| unknown(&e))?;
    if url.scheme() != "s3" {
        return Err(unknown(&"only s3"));
    }
    let settings = settings.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.clone()));
    object_store::parse_url_opts(&url, settings).map_err(|e| unknown(&e))
}

#[cfg(not(feature = "s3"))]
fn bucket(place: &str, _: &[(String, String)]) -> Result<(Box<dyn ObjectStore>, Path)> {
    Err(Error::new(ARCHIVE_UNKNOWN).arg("place", place))
}
