//! The folder of keys: roots, issuing certificates, the journal's key; rotation; signing.

use crate::certificates as certs;
use crate::errors::{KEYS_DAMAGED, KEYS_UNREADABLE, ORIGIN_OTHER, ROOT_KEY_AWAY};
use crate::files;
use crate::note::{Signer as NoteSigner, verify_checkpoint};
use crate::pdf::sign::{Place, Statement, add_signature};
use crate::{cms, note};
use der::{Encode, EncodePem};
use kernel::{Error, Instant, Result};
use rcgen::KeyPair;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use x509_cert::Certificate;
use zeroize::Zeroizing;

/// Who signs, as the signature and its certificate say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignerName {
    /// The person, or the agency again for its seal.
    pub name: String,
    /// The post; may be empty.
    pub post: String,
    /// The agency.
    pub agency: String,
}

/// One certificate or key of the folder, for the operator's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyView {
    /// Its file, without ending.
    pub file: String,
    /// Valid from; the journal's keys have no such limits.
    pub from: Option<Instant>,
    /// Valid until.
    pub until: Option<Instant>,
    /// Whether its secret key is in the folder.
    pub secret_here: bool,
    /// Whether it signs now.
    pub current: bool,
}

/// The keys in use. Cheap to clone; all clones see a rotation.
#[derive(Clone)]
pub struct Keys(Arc<Inner>);

struct Inner {
    dir: PathBuf,
    state: RwLock<State>,
}

struct State {
    roots: Vec<(u32, Certificate)>,
    issuing: Certificate,
    issuing_key: KeyPair,
    /// Number of its root, its own number.
    issuing_number: (u32, u32),
    journal: NoteSigner,
    journal_number: u32,
    /// Public keys of the journal, newest first.
    journal_keys: Vec<String>,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys")
    }
}

fn damaged(e: impl std::fmt::Display) -> Error {
    Error::new(KEYS_DAMAGED).because(e)
}

impl Keys {
    /// Opens the folder, making it and its first keys if it is new. New certificates begin on the
    /// day of the system's clock; where the program's clock is another, use [`Keys::open_at`].
    pub fn open(dir: &Path) -> Result<Self> {
        Self::open_at(dir, store::Clock::system().now())
    }

    /// As [`Keys::open`]; certificates that have to be made begin on the day of `now`.
    pub fn open_at(dir: &Path, now: Instant) -> Result<Self> {
        Self::open_as(dir, now, None)
    }

    /// As [`Keys::open_at`]; the journal's first key is made for this origin line. A folder whose
    /// journal has another name is refused ([`ORIGIN_OTHER`]): a new name is a new journal, made by
    /// [`Keys::rotate_journal`].
    pub fn open_as(dir: &Path, now: Instant, origin: Option<&str>) -> Result<Self> {
        files::folder(dir)?;
        if numbers(dir, "root-", "pem")?.is_empty() {
            make_root(dir, 1, now)?;
        }
        if let Some(origin) = origin {
            note::check_name(origin)?;
            if numbers(dir, "journal-", "vkey")?.is_empty() {
                make_journal(dir, 1, origin)?;
            }
        }
        let state = load(dir, now)?;
        if let Some(origin) = origin
            && origin != state.journal.name()
        {
            return Err(Error::new(ORIGIN_OTHER).arg("origin", state.journal.name()));
        }
        Ok(Self(Arc::new(Inner { dir: dir.to_owned(), state: RwLock::new(state) })))
    }

    fn with<T>(&self, f: impl FnOnce(&State) -> T) -> T {
        f(&self.0.state.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Signs a PDF, PAdES B-B, with an invisible field. `at` is the moment the signature says; the
    /// letter's own `signed_at` must be the same.
    pub fn sign_pdf(
        &self,
        pdf: &[u8],
        signer: &SignerName,
        reason: &str,
        at: Instant,
    ) -> Result<Vec<u8>> {
        self.sign_pdf_at(pdf, signer, reason, at, None)
    }

    /// As [`Keys::sign_pdf`], with the field over the letter's signature block.
    ///
    /// Each signature has a key of its own that is forgotten at once: the certificate names the
    /// signer, the issuing key vouches for it, and no signer's key lies anywhere to be stolen.
    pub fn sign_pdf_at(
        &self,
        pdf: &[u8],
        signer: &SignerName,
        reason: &str,
        at: Instant,
        place: Option<Place>,
    ) -> Result<Vec<u8>> {
        let key = KeyPair::generate().map_err(Error::bug)?;
        let who = (signer.name.as_str(), signer.post.as_str(), signer.agency.as_str());
        let chain = self.with(|s| {
            let by = (&s.issuing, &s.issuing_key);
            let leaf = certs::signer(by, s.issuing_number, &key, who, at)?;
            Ok::<_, Error>(vec![leaf, s.issuing.to_der().map_err(damaged)?])
        })?;
        let statement =
            Statement { name: &signer.name, reason, location: &signer.agency, at, place };
        add_signature(pdf, &statement, |digest| cms::sign(digest, &key, &chain))
    }

    /// The root certificates that signatures of this folder lead to (DER), for
    /// [`crate::verify_pdf`].
    pub fn roots(&self) -> Vec<Vec<u8>> {
        self.with(|s| s.roots.iter().filter_map(|(_, c)| c.to_der().ok()).collect())
    }

    /// The newest root certificate (PEM), for others to trust.
    pub fn root_pem(&self) -> Result<String> {
        self.with(|s| {
            let (_, root) = s.roots.last().ok_or_else(|| damaged("no root"))?;
            root.to_pem(der::pem::LineEnding::LF).map_err(damaged)
        })
    }

    /// Everything in the folder, newest last.
    pub fn list(&self) -> Result<Vec<KeyView>> {
        let dir = &self.0.dir;
        let (current, journal) = self.with(|s| (s.issuing_number, s.journal_number));
        let mut all = Vec::new();
        let mut add = |file: String, is_current: bool| -> Result<()> {
            let cert = certs::from_pem(&files::read_public(&dir.join(format!("{file}.pem")))?)?;
            let v = &cert.tbs_certificate.validity;
            let moment = |t: &x509_cert::time::Time| {
                i64::try_from(t.to_unix_duration().as_secs()).ok().map(|s| Instant(s * 1_000_000))
            };
            all.push(KeyView {
                secret_here: dir.join(format!("{file}.key")).exists(),
                from: moment(&v.not_before),
                until: moment(&v.not_after),
                current: is_current,
                file,
            });
            Ok(())
        };
        for n in numbers(dir, "root-", "pem")? {
            add(format!("root-{n:04}"), n == current.0)?;
            for i in numbers(dir, &format!("issuing-{n:04}-"), "pem")? {
                add(format!("issuing-{n:04}-{i:04}"), (n, i) == current)?;
            }
        }
        for n in numbers(dir, "journal-", "vkey")? {
            all.push(KeyView {
                file: format!("journal-{n:04}"),
                from: None,
                until: None,
                secret_here: dir.join(format!("journal-{n:04}.key")).exists(),
                current: n == journal,
            });
        }
        Ok(all)
    }

    /// A new issuing key under the newest root; the old key is deleted, its certificate stays and
    /// what it signed stays valid.
    pub fn rotate(&self, now: Instant) -> Result<()> {
        let (root, old) = self.with(|s| s.issuing_number);
        let newest = numbers(&self.0.dir, "root-", "pem")?.last().copied().unwrap_or(root);
        make_issuing(&self.0.dir, newest, now)?;
        self.reload(now)?;
        let key = self.0.dir.join(format!("issuing-{root:04}-{old:04}.key"));
        std::fs::remove_file(key).map_err(|e| Error::new(KEYS_UNREADABLE).because(e))
    }

    /// A new root and a new issuing key under it. The old root stays trusted; its key is deleted.
    pub fn rotate_root(&self, now: Instant) -> Result<()> {
        let old = numbers(&self.0.dir, "root-", "pem")?.last().copied().unwrap_or(0);
        make_root(&self.0.dir, old + 1, now)?;
        self.rotate(now)?;
        // It may have been kept elsewhere already.
        let _ = std::fs::remove_file(self.0.dir.join(format!("root-{old:04}.key")));
        Ok(())
    }

    /// A new key for the journal's checkpoints; the old public key stays, to check old checkpoints.
    /// With another `origin` those who follow the journal see a new one from here on.
    pub fn rotate_journal(&self, now: Instant, origin: Option<&str>) -> Result<()> {
        let (old, name) = self.with(|s| (s.journal_number, s.journal.name().to_owned()));
        let name = origin.unwrap_or(&name);
        note::check_name(name)?;
        make_journal(&self.0.dir, old + 1, name)?;
        self.reload(now)?;
        let key = self.0.dir.join(format!("journal-{old:04}.key"));
        std::fs::remove_file(key).map_err(|e| Error::new(KEYS_UNREADABLE).because(e))
    }

    /// Reads the folder again, after another program has rotated a key.
    pub fn reload(&self, now: Instant) -> Result<()> {
        let state = load(&self.0.dir, now)?;
        *self.0.state.write().unwrap_or_else(PoisonError::into_inner) = state;
        Ok(())
    }

    /// Signs a text as a C2SP signed note with the journal's key. The text ends with a line break.
    pub fn sign_note(&self, text: &str) -> Result<String> {
        self.with(|s| s.journal.sign(text))
    }

    /// The journal's public keys as C2SP verifier keys, newest first.
    pub fn journal_keys(&self) -> Vec<String> {
        self.with(|s| s.journal_keys.clone())
    }

    /// The name of this journal in its checkpoints.
    pub fn journal_name(&self) -> String {
        self.with(|s| s.journal.name().to_owned())
    }

    /// A signed checkpoint (C2SP tlog-checkpoint) of a tree of `size` entries with this root hash.
    pub fn checkpoint_of(&self, size: i64, root: &[u8; 32]) -> Result<String> {
        self.with(|s| s.journal.sign(&note::checkpoint_text(s.journal.name(), size, root)?))
    }

    /// A signed checkpoint of the journal as it stands.
    pub fn checkpoint(&self, store: &store::Store) -> Result<String> {
        let (size, root) = store.read(|tx| Ok((tx.journal_head()?, tx.journal_tree_root()?)))?;
        self.checkpoint_of(size, &root)
    }

    /// Whether a checkpoint is ours and tells the truth about the journal: the tree of its size has
    /// its root. Gives the size.
    pub fn check_checkpoint(&self, store: &store::Store, signed: &str) -> Result<i64> {
        let (size, root) = verify_checkpoint(signed, &self.journal_keys())?;
        let ours = store.read(|tx| {
            if tx.journal_head()? < size { Ok(None) } else { tx.journal_root_at(size).map(Some) }
        })?;
        if ours == Some(root) { Ok(size) } else { Err(Error::new(crate::NOTE_INVALID)) }
    }
}

/// Numbers of the files `PREFIXnnnn.ENDING`, rising.
fn numbers(dir: &Path, prefix: &str, ending: &str) -> Result<Vec<u32>> {
    let failed = |e: std::io::Error| Error::new(KEYS_UNREADABLE).because(e);
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        let number: Option<u32> = name
            .to_str()
            .and_then(|n| n.strip_prefix(prefix)?.strip_suffix(ending)?.strip_suffix('.'))
            .filter(|n| n.len() == 4)
            .and_then(|n| n.parse().ok());
        found.extend(number);
    }
    found.sort_unstable();
    Ok(found)
}

fn make_key(path: &Path) -> Result<KeyPair> {
    let key = KeyPair::generate().map_err(Error::bug)?;
    files::write_new(path, &Zeroizing::new(key.serialize_pem()), true)?;
    Ok(key)
}

fn read_key(path: &Path) -> Result<KeyPair> {
    KeyPair::from_pem(&files::read_secret(path)?).map_err(damaged)
}

fn make_root(dir: &Path, number: u32, now: Instant) -> Result<()> {
    let key = make_key(&dir.join(format!("root-{number:04}.key")))?;
    let pem = certs::root(number, &key, now)?;
    files::write_new(&dir.join(format!("root-{number:04}.pem")), &pem, false)
}

fn make_issuing(dir: &Path, root: u32, now: Instant) -> Result<()> {
    let root_file = dir.join(format!("root-{root:04}.key"));
    if !root_file.exists() {
        return Err(Error::new(ROOT_KEY_AWAY));
    }
    let root_key = read_key(&root_file)?;
    let prefix = format!("issuing-{root:04}-");
    let keys = numbers(dir, &prefix, "key")?.last().copied().unwrap_or(0);
    let number = numbers(dir, &prefix, "pem")?.last().copied().unwrap_or(0).max(keys) + 1;
    let key = make_key(&dir.join(format!("{prefix}{number:04}.key")))?;
    let pem = certs::issuing((root, &root_key), (number, &key), now)?;
    files::write_new(&dir.join(format!("{prefix}{number:04}.pem")), &pem, false)
}

fn make_journal(dir: &Path, number: u32, name: &str) -> Result<()> {
    let (pem, vkey) = NoteSigner::generate(name)?;
    files::write_new(&dir.join(format!("journal-{number:04}.key")), &pem, true)?;
    files::write_new(&dir.join(format!("journal-{number:04}.vkey")), &format!("{vkey}\n"), false)
}

/// Reads the folder: the newest issuing certificate whose key is here signs.
fn load(dir: &Path, now: Instant) -> Result<State> {
    let mut roots = Vec::new();
    for n in numbers(dir, "root-", "pem")? {
        let pem = files::read_public(&dir.join(format!("root-{n:04}.pem")))?;
        roots.push((n, certs::from_pem(&pem)?));
    }
    let newest = roots.last().ok_or_else(|| damaged("no root"))?.0;
    let usable = newest_issuing(dir, &roots)?;
    let issuing_number = match usable {
        Some(number) => number,
        None => {
            make_issuing(dir, newest, now)?;
            newest_issuing(dir, &roots)?.ok_or_else(|| damaged("no issuing certificate"))?
        }
    };
    let file = format!("issuing-{:04}-{:04}", issuing_number.0, issuing_number.1);
    let issuing = certs::from_pem(&files::read_public(&dir.join(format!("{file}.pem")))?)?;
    let issuing_key = read_key(&dir.join(format!("{file}.key")))?;
    let root = roots.iter().find(|(n, _)| *n == issuing_number.0).map(|(_, c)| c);
    if !certs::holds(&issuing, &issuing_key)
        || !root.is_some_and(|r| certs::issued_by(&issuing, r) && certs::issued_by(r, r))
    {
        return Err(damaged(format_args!("{file} does not belong to its key and root")));
    }
    let (journal, journal_number, journal_keys) = load_journal(dir, &roots)?;
    Ok(State { roots, issuing, issuing_key, issuing_number, journal, journal_number, journal_keys })
}

fn newest_issuing(dir: &Path, roots: &[(u32, Certificate)]) -> Result<Option<(u32, u32)>> {
    for (root, _) in roots.iter().rev() {
        let prefix = format!("issuing-{root:04}-");
        let certificates = numbers(dir, &prefix, "pem")?;
        let keys = numbers(dir, &prefix, "key")?;
        if let Some(n) = certificates.iter().rev().find(|n| keys.contains(n)) {
            return Ok(Some((*root, *n)));
        }
    }
    Ok(None)
}

fn load_journal(
    dir: &Path,
    roots: &[(u32, Certificate)],
) -> Result<(NoteSigner, u32, Vec<String>)> {
    if numbers(dir, "journal-", "vkey")?.is_empty() {
        // The name tells installations apart: it carries the print of the first root.
        let first = roots.first().ok_or_else(|| damaged("no root"))?.1.to_der().map_err(damaged)?;
        let print: String =
            certs::sha256(&first).iter().take(6).map(|b| format!("{b:02x}")).collect();
        make_journal(dir, 1, &format!("lienthong/journal/{print}"))?;
    }
    let mut keys = Vec::new();
    let all = numbers(dir, "journal-", "vkey")?;
    for n in all.iter().rev() {
        let vkey = files::read_public(&dir.join(format!("journal-{n:04}.vkey")))?;
        keys.push(vkey.trim_end().to_owned());
    }
    let number = all.last().copied().ok_or_else(|| damaged("no journal key"))?;
    let pem = files::read_secret(&dir.join(format!("journal-{number:04}.key")))?;
    let vkey = keys.first().ok_or_else(|| damaged("no journal key"))?;
    Ok((NoteSigner::open(&pem, vkey)?, number, keys))
}
