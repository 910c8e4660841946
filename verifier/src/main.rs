//! The program `lienthong-verify`: the command line over the checks.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program of the command line")]

use lienthong_verify::entry::{Entry, Leaf, clock, hex};
use lienthong_verify::note::{self, Checkpoint, Key};
use lienthong_verify::words::Words;
use lienthong_verify::{Fault, Kind, Result, folder, proof, segment};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Largest file given on the command line, bytes.
const FILE_BYTES_MAX: u64 = 64 * 1024 * 1024;

#[derive(Default)]
struct Args {
    command: String,
    files: Vec<PathBuf>,
    keys: Option<PathBuf>,
    checkpoint: Option<PathBuf>,
    proof: Option<PathBuf>,
    folder: Option<PathBuf>,
    lang: Option<String>,
}

fn main() -> ExitCode {
    let args = match parse() {
        Ok(Asked::Work(args)) => args,
        Ok(Asked::Help) => {
            println!("{}", usage());
            return ExitCode::SUCCESS;
        }
        Ok(Asked::Version) => {
            println!("lienthong-verify {}", env!("CARGO_PKG_VERSION"));
            return ExitCode::SUCCESS;
        }
        Err(e) => {
            eprintln!("{e}\n\n{}", usage());
            return ExitCode::from(2);
        }
    };
    let words = Words::from_tag(args.lang.as_deref().unwrap_or("vi"));
    match run(&args, &words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("{}", words.say(fault.key, &fault.values));
            ExitCode::from(match fault.kind {
                Kind::False => 1,
                Kind::Unreadable => 2,
                Kind::Forked => 3,
            })
        }
    }
}

fn usage() -> String {
    format!("{}\n\n{USAGE}", Words::vietnamese().t("verify-about"))
}

const USAGE: &str = "\
lienthong-verify folder DIR [--keys FILE]
lienthong-verify proof FILE --keys FILE [--checkpoint FILE]
lienthong-verify consistency FILE --keys FILE [--checkpoint OLD]
lienthong-verify checkpoints OLD NEW --keys FILE [--proof FILE | --folder DIR]
lienthong-verify segments DIR --keys FILE

  --keys FILE        public keys of the journal, one a line, from a source you trust
  --lang vi|en       language of the answers (vi)

0: it is as claimed   1: it is not   2: nothing can be said   3: the history was rewritten";

/// What the command line asks for.
enum Asked {
    Help,
    Version,
    Work(Args),
}

fn parse() -> std::result::Result<Asked, lexopt::Error> {
    use lexopt::prelude::*;
    let mut args = Args::default();
    let mut parser = lexopt::Parser::from_env();
    while let Some(arg) = parser.next()? {
        match arg {
            Long("help") | Short('h') => return Ok(Asked::Help),
            Long("version") | Short('V') => {
                return Ok(Asked::Version);
            }
            Long("keys") => args.keys = Some(parser.value()?.into()),
            Long("checkpoint") => args.checkpoint = Some(parser.value()?.into()),
            Long("proof") => args.proof = Some(parser.value()?.into()),
            Long("folder") => args.folder = Some(parser.value()?.into()),
            Long("lang") => args.lang = Some(parser.value()?.string()?),
            Value(value) if args.command.is_empty() => args.command = value.string()?,
            Value(value) => args.files.push(value.into()),
            _ => return Err(arg.unexpected()),
        }
    }
    let wanted = match args.command.as_str() {
        "folder" | "proof" | "consistency" | "segments" => 1,
        "checkpoints" => 2,
        "" => return Err("no command".into()),
        other => return Err(format!("unknown command {other:?}").into()),
    };
    if args.files.len() != wanted {
        return Err(format!("{} takes {wanted} file(s)", args.command).into());
    }
    Ok(Asked::Work(args))
}

fn run(args: &Args, words: &Words) -> Result<()> {
    let first = &args.files[0];
    match args.command.as_str() {
        "folder" => whole_folder(first, args, words),
        "proof" => one_proof(first, args, words),
        "consistency" => beginning(first, args, words),
        "segments" => segments(first, args, words),
        _ => checkpoints(args, words),
    }
}

fn text(path: &Path) -> Result<String> {
    let fault = |why: String| {
        Fault::unreadable("verify-file-unreadable").with("file", path.display()).with("why", why)
    };
    let about = std::fs::metadata(path).map_err(|e| fault(e.to_string()))?;
    if about.len() > FILE_BYTES_MAX {
        return Err(fault("too large".to_owned()));
    }
    std::fs::read_to_string(path).map_err(|e| fault(e.to_string()))
}

fn json(path: &Path) -> Result<serde_json::Value> {
    serde_json::from_str(&text(path)?).map_err(|e| {
        Fault::unreadable("verify-file-unreadable").with("file", path.display()).with("why", e)
    })
}

fn keys(args: &Args) -> Result<Vec<Key>> {
    let path = args.keys.as_deref().ok_or_else(|| Fault::unreadable("verify-keys-missing"))?;
    note::keys(&text(path)?)
}

fn state(words: &Words, c: &Checkpoint) {
    println!("{}", c.text(words));
}

fn whole_folder(dir: &Path, args: &Args, words: &Words) -> Result<()> {
    let keys = if args.keys.is_some() {
        keys(args)?
    } else {
        println!("{}", words.t("verify-own-keys"));
        folder::own_keys(dir)?
    };
    let report = folder::verify(dir, &keys, &mut |_, _| {})?;
    report.lines(words).iter().for_each(|line| println!("{line}"));
    Ok(())
}

fn one_proof(path: &Path, args: &Args, words: &Words) -> Result<()> {
    let keys = keys(args)?;
    let (signed, entries) = proof::inclusion(&json(path)?, &keys)?;
    if let Some(path) = &args.checkpoint {
        let other = note::checkpoint(&text(path)?, &keys)?;
        let (old, new) = proof::in_order(signed.clone(), other)?;
        if proof::compare(&old, &new)? == proof::Pair::Unknown {
            println!("{}", words.t("verify-need-consistency"));
        }
    }
    state(words, &signed);
    entries.iter().for_each(|e| show(words, e));
    println!("{}", words.say("verify-proof-good", &[("n", entries.len().to_string())]));
    Ok(())
}

fn show(words: &Words, entry: &Entry) {
    match &entry.leaf {
        Leaf::Lines(l) => {
            println!("#{}  {}  {}  {} {}", entry.seq, clock(l.at), l.kind, l.place, l.purpose);
        }
        Leaf::Hash(_) => println!("#{}  {}", entry.seq, words.t("verify-entry-sealed")),
    }
    for (part, text) in &entry.opened {
        println!("    {part}: {text}");
    }
    if let Some(dossier) = &entry.dossier {
        println!("    dossier: {dossier}");
    }
}

fn beginning(path: &Path, args: &Args, words: &Words) -> Result<()> {
    let keys = keys(args)?;
    let proved = proof::consistency(&json(path)?, &keys)?;
    if let Some(path) = &args.checkpoint {
        let old = note::checkpoint(&text(path)?, &keys)?;
        let (old, new) = proof::in_order(old, proved.new.clone())?;
        proof::compare_by_proof(&old, &new, &proved)?;
    }
    state(words, &proved.new);
    let values = [("size", proved.old_size.to_string()), ("root", hex(&proved.old_root))];
    println!("{}", words.say("verify-beginning-good", &values));
    Ok(())
}

fn checkpoints(args: &Args, words: &Words) -> Result<()> {
    let keys = keys(args)?;
    let read = |path: &Path| note::checkpoint(&text(path)?, &keys);
    let (old, new) = proof::in_order(read(&args.files[0])?, read(&args.files[1])?)?;
    state(words, &old);
    state(words, &new);
    let mut pair = proof::compare(&old, &new)?;
    if pair == proof::Pair::Unknown {
        if let Some(path) = &args.proof {
            let proved = proof::consistency(&json(path)?, &keys)?;
            pair = proof::compare_by_proof(&old, &new, &proved)?;
        } else if let Some(dir) = &args.folder {
            let taken = folder::state(dir, &keys)?;
            if taken.size < new.size {
                return Err(Fault::unreadable("verify-folder-older").with("size", taken.size));
            }
            let mut tiles = folder::FolderTiles::new(dir, taken.size);
            // The folder's own state first: its tiles must be those that were signed.
            proof::compare_by_tiles(&new, &taken, &mut tiles)?;
            pair = proof::compare_by_tiles(&old, &taken, &mut tiles)?;
        }
    }
    match pair {
        proof::Pair::Same => println!("{}", words.t("verify-same")),
        proof::Pair::Continued => {
            let values = [("old", old.size.to_string()), ("new", new.size.to_string())];
            println!("{}", words.say("verify-continued", &values));
        }
        proof::Pair::Unknown => return Err(Fault::unreadable("verify-need-more")),
    }
    Ok(())
}

fn segments(dir: &Path, args: &Args, words: &Words) -> Result<()> {
    let keys = keys(args)?;
    let found = segment::list(dir)?;
    let (mut next, mut opened) = (1, 0);
    for description in &found {
        let report = segment::verify(description, &keys)?;
        if report.from != next {
            let values = [("from", next.to_string()), ("to", (report.from - 1).to_string())];
            println!("{}", words.say("verify-segments-gap", &values));
        }
        next = report.to + 1;
        opened += report.opened;
        let values = [("from", report.from.to_string()), ("to", report.to.to_string())];
        println!("{}", words.say("verify-segment-good", &values));
    }
    let values = [("n", found.len().to_string()), ("opened", opened.to_string())];
    println!("{}", words.say("verify-segments-good", &values));
    Ok(())
}
