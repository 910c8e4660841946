//! Whatever lies in a folder of backups or in a file of keys: read without a panic, refused unless it is
//! as it was written.

use crate::CHUNK_BYTES;
use crate::chunk::{HEAD_BYTES, length, pack, unpack};
use crate::key::{self, Key, Private};
use crate::manifest::{Address, FileEntry, Manifest, unhex};
use crate::seal;
use kernel::Instant;
use proptest::prelude::*;
use std::path::PathBuf;

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("lt-nonsense-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn private(folder: &Folder) -> Private {
    let file = folder.0.join("key");
    key::make(&file).unwrap();
    Key::read_private(&file).unwrap()
}

#[test]
fn a_chunk_comes_back_whole_or_not_at_all() {
    let folder = Folder::new("chunk");
    let key = private(&folder);
    let marks = &key.public().marks;
    let chunks =
        (prop::collection::vec(any::<u8>(), 0..400), any::<usize>(), any::<u8>(), any::<Vec<u8>>());
    proptest::test_runner::TestRunner::new(config(150))
        .run(&chunks, |(content, at, put, noise)| {
            let address = marks.name(&content);
            let file = pack(key.public(), &address, &content).unwrap();
            prop_assert_eq!(&unpack(&key, &address, &file).unwrap()[..], &content[..]);
            let mut changed = file.clone();
            let at = at % file.len();
            changed[at] = put;
            prop_assert!(put == file[at] || unpack(&key, &address, &changed).is_err());
            prop_assert!(unpack(&key, &address, &file[..at]).is_err());
            prop_assert!(unpack(&key, &address, &noise).is_err());
            prop_assert!(unpack(&key, &Address([put; 32]), &file).is_err(), "under another name");
            prop_assert!(seal::open(&[put; 32], b"", b"", &noise).is_none());
            Ok(())
        })
        .unwrap_or_else(|e| panic!("{e}"));
}

#[test]
fn a_chunk_that_unpacks_to_more_than_a_chunk_is_refused() {
    let folder = Folder::new("bomb");
    let key = private(&folder);
    // Signed by one who has the mark, so only the size can refuse it.
    let content = vec![0; 4 * CHUNK_BYTES];
    let address = key.public().marks.name(&content);
    let file = pack(key.public(), &address, &content).unwrap();
    assert!(file.len() < CHUNK_BYTES, "a thousand times smaller: {}", file.len());
    assert!(unpack(&key, &address, &file).is_err());
}

proptest! {
    #![proptest_config(config(300))]

    #[test]
    fn the_first_bytes_of_a_chunk_bound_it(head: [u8; HEAD_BYTES], magic: bool) {
        let mut head = head;
        if magic {
            head[..4].copy_from_slice(b"LTB1");
        }
        if let Some(length) = length(&head) {
            prop_assert!(length < 2 * CHUNK_BYTES as u64 + 1024);
        }
    }

    #[test]
    fn hexadecimal_has_one_spelling(text in "[0-9a-fA-Fg]{60,68}", any in "\\PC{0,80}") {
        let _ = unhex(&any);
        if let Some(bytes) = unhex(&text) {
            prop_assert_eq!(Address(bytes).to_string(), text);
        }
    }
}

#[test]
fn a_manifest_is_as_it_was_signed_and_names_files_below() {
    let folder = Folder::new("manifest");
    let key = private(&folder);
    let marks = &key.public().marks;
    let file = folder.0.join("manifest");
    let names = prop_oneof![
        "[a-z]{1,12}(/[a-z.]{1,8}){0,2}",
        "(\\.\\./){1,3}[a-z]{1,5}",
        "/[a-z]{1,9}",
        "\\PC{0,20}"
    ];
    let all = (names, any::<usize>(), any::<u8>(), any::<Vec<u8>>());
    proptest::test_runner::TestRunner::new(config(150))
        .run(&all, |(name, at, put, noise)| {
            let entry = FileEntry {
                name: name.clone(),
                bytes: 7,
                mode: 0o600,
                chunks: vec![Address([3; 32])],
            };
            let made =
                Manifest::new(Instant(1_795_401_730_000_000), serde_json::Value::Null, vec![entry]);
            let text = made.to_text(marks).unwrap();
            std::fs::write(&file, &text).unwrap();
            if let Ok(read) = Manifest::read(&file, marks) {
                prop_assert_eq!(read.to_text(marks).unwrap(), text.clone());
                prop_assert!(
                    !name.starts_with('/') && !name.split('/').any(|p| p == ".."),
                    "{name}"
                );
            } else {
                prop_assert!(
                    !name.bytes().all(|b| b.is_ascii_lowercase()) || name.is_empty(),
                    "{name} refused"
                );
            }
            let mut changed = text.clone().into_bytes();
            let at = at % changed.len();
            let same = changed[at] == put;
            changed[at] = put;
            std::fs::write(&file, &changed).unwrap();
            prop_assert!(same || Manifest::read(&file, marks).is_err(), "byte {at}");
            std::fs::write(&file, &noise).unwrap();
            prop_assert!(Manifest::read(&file, marks).is_err());
            Ok(())
        })
        .unwrap_or_else(|e| panic!("{e}"));
}

#[test]
fn any_key_file_is_a_key_or_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new("keys");
    private(&folder);
    let whole = std::fs::read_to_string(folder.0.join("key")).unwrap();
    let file = folder.0.join("other");
    std::fs::write(&file, "").unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    proptest::test_runner::TestRunner::new(config(200))
        .run(&("\\PC{0,30}", 0..whole.len(), any::<Vec<u8>>()), |(put, at, noise)| {
            for bytes in [
                format!("{}{put}{}", &whole[..at], &whole[at..]).into_bytes(),
                whole[..at].into(),
                noise,
            ] {
                std::fs::write(&file, bytes).unwrap();
                if let Err(e) = Key::read(&file) {
                    let secret = whole.lines().nth(1).unwrap().split(' ').next_back().unwrap();
                    prop_assert!(!e.to_string().contains(secret), "the error tells the key");
                }
            }
            Ok(())
        })
        .unwrap_or_else(|e| panic!("{e}"));
}
