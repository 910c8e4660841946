//! The child's side: limits first, then letters from standard input until it closes.
//!
//! Both directions carry frames: four bytes of length, big endian, then so many bytes. A request is
//! JSON. An answer is one byte (1 letter, 0 fault), JSON of its particulars in a frame, and for a
//! letter the PDF in another.

use crate::errors::{CODES, LETTER_CRASHED, LETTER_UNKNOWN};
use crate::{Letter, Place, letters, set_here};
use kernel::{Error, Result, limits};
use rustix::process::{Resource, Rlimit, Signal, setrlimit};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use std::io::{self, Read, Write};
use std::process::ExitCode;

/// Most bytes of one frame in either direction.
const FRAME_BYTES_MAX: usize = 2 * limits::LETTER_BYTES_MAX;
/// Processor seconds of one child in its whole life; a last guard if the parent cannot end it.
const CPU_SECONDS_MAX: u64 = 600;

/// One letter to set.
#[derive(Serialize, Deserialize)]
pub struct Request {
    /// The name of a letter in the program.
    pub template: Option<String>,
    /// Or a template's text.
    pub source: Option<String>,
    /// What it is set from.
    pub data: Json,
    /// May only lower the program's own limit.
    pub pages_max: usize,
    /// May only lower the program's own limit.
    pub memory_bytes_max: u64,
}

#[derive(Serialize, Deserialize)]
struct Head {
    pages: usize,
    signature: Option<Place>,
    blanked: usize,
}

#[derive(Serialize, Deserialize)]
struct Fault {
    code: String,
    cause: Option<String>,
}

/// What the hidden `letter` command runs: reads letters from standard input, writes PDFs to standard
/// output, and ends when its input ends. Sets its own limits before it reads anything.
pub fn child_main() -> ExitCode {
    // A panic's message may quote data, and the parent learns of it by the answer: say nothing.
    std::panic::set_hook(Box::new(|_| {}));
    if bind().is_err() {
        return ExitCode::FAILURE;
    }
    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    match serve(&mut input, &mut output) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// How much a letter stands back when there is more to do than processors.
const NICE: i32 = 5;

/// No files may grow, few may be open, no core dump may hold a person's data, memory and processor
/// time are bounded, and the child dies with its parent.
fn bind() -> io::Result<()> {
    let exactly = |n: u64| Rlimit { current: Some(n), maximum: Some(n) };
    setrlimit(Resource::Core, exactly(0))?;
    setrlimit(Resource::Fsize, exactly(0))?;
    setrlimit(Resource::Nofile, exactly(32))?;
    setrlimit(Resource::Cpu, exactly(CPU_SECONDS_MAX))?;
    setrlimit(Resource::As, exactly(limits::LETTER_MEMORY_BYTES_MAX))?;
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
    // Somebody waits for a page; nobody looks at a letter being set.
    rustix::process::nice(NICE)?;
    Ok(())
}

fn serve(input: &mut impl Read, output: &mut impl Write) -> io::Result<()> {
    while let Some(frame) = read_frame(input)? {
        let answer = std::panic::catch_unwind(|| set(&frame))
            .unwrap_or_else(|_| Err(Error::new(LETTER_CRASHED).because("panic")));
        match answer {
            Ok(letter) => {
                output.write_all(&[1])?;
                let head = Head {
                    pages: letter.pages,
                    signature: letter.signature,
                    blanked: letter.blanked,
                };
                write_frame(output, &serde_json::to_vec(&head)?)?;
                write_frame(output, &letter.pdf)?;
            }
            Err(e) => {
                output.write_all(&[0])?;
                let fault =
                    Fault { code: e.code().id.to_owned(), cause: e.cause().map(str::to_owned) };
                write_frame(output, &serde_json::to_vec(&fault)?)?;
            }
        }
        output.flush()?;
    }
    Ok(())
}

fn set(frame: &[u8]) -> Result<Letter> {
    let request: Request = serde_json::from_slice(frame)?;
    let memory = request.memory_bytes_max.min(limits::LETTER_MEMORY_BYTES_MAX);
    setrlimit(Resource::As, Rlimit { current: Some(memory), maximum: Some(memory) })
        .map_err(|_| Error::new(LETTER_CRASHED).because("memory limit"))?;
    let pages = request.pages_max.min(limits::LETTER_PAGES_MAX);
    match (&request.source, &request.template) {
        (Some(source), _) => set_here(source, &request.data, pages),
        (None, Some(name)) => match letters::template(name) {
            Some(t) => set_here(t.source, &request.data, pages),
            None => Err(Error::new(LETTER_UNKNOWN)),
        },
        (None, None) => Err(Error::new(LETTER_UNKNOWN)),
    }
}

/// Writes one frame.
pub fn write_frame(output: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    let length = u32::try_from(bytes.len()).map_err(|_| io::ErrorKind::InvalidInput)?;
    output.write_all(&length.to_be_bytes())?;
    output.write_all(bytes)
}

/// Reads one frame; `None` when the input ended between frames.
fn read_frame(input: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0u8; 4];
    match input.read_exact(&mut length) {
        Ok(()) => {}
        Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(e) => return Err(e),
    }
    let length = u32::from_be_bytes(length) as usize;
    if length > FRAME_BYTES_MAX {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut bytes = vec![0; length];
    input.read_exact(&mut bytes)?;
    Ok(Some(bytes))
}

/// The parent's reading of one answer. An outer error means the child is gone or talks nonsense.
pub fn read_answer(input: &mut impl Read) -> io::Result<Result<Letter>> {
    let mut kind = [0u8; 1];
    input.read_exact(&mut kind)?;
    let mut frame = || -> io::Result<Vec<u8>> {
        read_frame(input)?.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    };
    let first = frame()?;
    if kind[0] == 1 {
        let head: Head = serde_json::from_slice(&first)?;
        let pdf = frame()?;
        return Ok(Ok(Letter {
            pdf,
            pages: head.pages,
            signature: head.signature,
            blanked: head.blanked,
        }));
    }
    let fault: Fault = serde_json::from_slice(&first)?;
    let code = CODES.iter().find(|c| c.id == fault.code).copied().unwrap_or(kernel::error::BUG);
    let e = Error::new(code);
    Ok(Err(match fault.cause {
        Some(cause) => e.because(cause),
        None => e,
    }))
}
