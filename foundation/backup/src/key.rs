//! The two key files. The private one opens backups and stays off the machine; the public one, on the
//! machine, makes them. Both hold the mark: a secret by which chunks get their names and manifests
//! prove who made them. It opens nothing.

use crate::errors::{
    KEY_NEEDED, KEY_OPEN, KEY_PRIVATE_HERE, KEY_TAKEN, KEY_UNREADABLE, about, away,
};
use crate::manifest::Address;
use crate::seal::{self, KEY_BYTES};
use aws_lc_rs::{hmac, rand};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use kernel::{Error, Result};
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read as _, Write as _};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

const PRIVATE: &str = "lienthong-backup-private/1";
const PUBLIC: &str = "lienthong-backup-public/1";
/// Longest key file that is read, bytes.
const FILE_BYTES_MAX: u64 = 4_096;

/// 32 bytes that are wiped when they are done with.
type Secret = Zeroizing<[u8; KEY_BYTES]>;

/// The keys made from the mark.
#[derive(Clone)]
pub struct Marks {
    names: hmac::Key,
    signs: hmac::Key,
}

impl Marks {
    fn new(mark: &[u8; KEY_BYTES]) -> Self {
        let root = hmac::Key::new(hmac::HMAC_SHA256, mark);
        let of =
            |label: &[u8]| hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&root, label).as_ref());
        Self { names: of(b"lienthong-backup/1 name"), signs: of(b"lienthong-backup/1 sign") }
    }

    /// The name of a chunk with this content.
    pub(crate) fn name(&self, content: &[u8]) -> Address {
        let mut out = [0; 32];
        out.copy_from_slice(hmac::sign(&self.names, content).as_ref());
        Address(out)
    }

    fn context(&self, parts: &[&[u8]]) -> hmac::Context {
        let mut context = hmac::Context::with_key(&self.signs);
        parts.iter().for_each(|p| context.update(p));
        context
    }

    /// A sign on some bytes, that only who has the mark can make.
    pub(crate) fn sign(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut out = [0; 32];
        out.copy_from_slice(self.context(parts).sign().as_ref());
        out
    }

    /// Whether the sign is the right one.
    pub(crate) fn is_signed(&self, parts: &[&[u8]], sign: &[u8]) -> bool {
        let right = self.sign(parts);
        aws_lc_rs::constant_time::verify_slices_are_equal(&right, sign).is_ok()
    }
}

/// What makes backups.
#[derive(Clone)]
pub struct Public {
    pub(crate) key: [u8; KEY_BYTES],
    pub(crate) marks: Marks,
}

/// What opens backups.
#[derive(Clone)]
pub struct Private {
    pub(crate) secret: Zeroizing<[u8; KEY_BYTES]>,
    public: Public,
}

/// One of the two.
#[derive(Clone)]
pub enum Key {
    /// Makes, lists, checks what is written.
    Public(Public),
    /// Opens as well.
    Private(Private),
}

impl Public {
    /// The key as text: not secret.
    pub(crate) fn shown(&self) -> String {
        STANDARD.encode(self.key)
    }
}

impl Key {
    /// The public half.
    pub fn public(&self) -> &Public {
        match self {
            Self::Public(p) => p,
            Self::Private(p) => &p.public,
        }
    }

    /// The private half, if it is here.
    pub fn private(&self) -> Option<&Private> {
        match self {
            Self::Public(_) => None,
            Self::Private(p) => Some(p),
        }
    }

    /// Reads either file. Refused if others may read it.
    pub fn read(file: &Path) -> Result<Self> {
        let unusable = |e: &dyn std::fmt::Display| about(KEY_UNREADABLE, file).because(e);
        let open = File::open(file).map_err(|e| unusable(&e))?;
        let mode = open.metadata().map_err(|e| unusable(&e))?.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(about(KEY_OPEN, file));
        }
        let mut text = Zeroizing::new(String::with_capacity(512));
        open.take(FILE_BYTES_MAX).read_to_string(&mut text).map_err(|e| unusable(&e))?;
        let (kind, key, mark) = parsed(&text).ok_or_else(|| unusable(&"not a key file"))?;
        let marks = Marks::new(&mark);
        if kind == PUBLIC {
            return Ok(Self::Public(Public { key: *key, marks }));
        }
        let public = Public { key: seal::public_of(&key)?, marks };
        Ok(Self::Private(Private { secret: key, public }))
    }

    /// The public file, to make a backup with. The private one is refused: where backups are made it
    /// would be stolen together with them.
    pub fn read_public(file: &Path) -> Result<Public> {
        match Self::read(file)? {
            Self::Public(p) => Ok(p),
            Self::Private(_) => Err(about(KEY_PRIVATE_HERE, file)),
        }
    }

    /// The private file.
    pub fn read_private(file: &Path) -> Result<Private> {
        match Self::read(file)? {
            Self::Private(p) => Ok(p),
            Self::Public(_) => Err(about(KEY_NEEDED, file)),
        }
    }
}

impl Private {
    /// The public half.
    pub fn public(&self) -> &Public {
        &self.public
    }
}

fn parsed(text: &str) -> Option<(&str, Secret, Secret)> {
    let mut lines = text.lines();
    let kind = lines.next().filter(|k| *k == PUBLIC || *k == PRIVATE)?;
    let mut value = |name: &str| -> Option<Secret> {
        let text = lines.next()?.strip_prefix(name)?.trim();
        let bytes = Zeroizing::new(STANDARD.decode(text).ok()?);
        Some(Zeroizing::new(<[u8; 32]>::try_from(bytes.as_slice()).ok()?))
    };
    let key = value(if kind == PUBLIC { "key" } else { "secret" })?;
    Some((kind, key, value("mark")?))
}

/// Where [`make`] puts the public file: beside the private one.
pub fn public_file(private: &Path) -> PathBuf {
    let mut name = private.as_os_str().to_owned();
    name.push(".pub");
    PathBuf::from(name)
}

/// Makes a pair of files that must not exist yet; gives the name of the public one.
pub fn make(file: &Path) -> Result<PathBuf> {
    let beside = public_file(file);
    if let Some(there) = [file, &beside].into_iter().find(|f| f.exists()) {
        return Err(about(KEY_TAKEN, there));
    }
    let mut secret = Zeroizing::new([0; KEY_BYTES]);
    let mut mark = Zeroizing::new([0; KEY_BYTES]);
    for bytes in [&mut secret, &mut mark] {
        rand::fill(&mut bytes[..]).map_err(|_| Error::bug("no randomness"))?;
    }
    let key = seal::public_of(&secret)?;
    let encoded = |bytes: &[u8; KEY_BYTES]| Zeroizing::new(STANDARD.encode(bytes));
    let (secret, mark) = (encoded(&secret), encoded(&mark));
    let private = format!("{PRIVATE}\nsecret {}\nmark {}\n", *secret, *mark);
    let public = format!("{PUBLIC}\nkey {}\nmark {}\n", *encoded(&key), *mark);
    write_new(file, &Zeroizing::new(private))?;
    if let Err(e) = write_new(&beside, &Zeroizing::new(public)) {
        // Half a pair is of no use, and would be in the way of the next try.
        let _ = fs::remove_file(file);
        return Err(e);
    }
    Ok(beside)
}

fn write_new(path: &Path, text: &str) -> Result<()> {
    let mut options = OpenOptions::new();
    let mut file =
        options.write(true).create_new(true).mode(0o600).open(path).map_err(|e| {
            match e.kind() {
                ErrorKind::AlreadyExists => about(KEY_TAKEN, path),
                _ => away(path)(e),
            }
        })?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(away(path))
}
