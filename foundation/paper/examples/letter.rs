//! Sets letters by hand: `cargo run --release -p paper --example letter -- NAME [DATA.json] > a.pdf`
//! (without DATA, the letter's own example). Without a name it is the child that tests start.

use std::io::Write;
use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.first().map(String::as_str) {
        None | Some("letter") => paper::child_main(),
        Some(name) => match by_hand(name, args.get(1)) {
            Ok(()) => ExitCode::SUCCESS,
            Err(e) => {
                let _ = writeln!(std::io::stderr(), "{e}");
                ExitCode::FAILURE
            }
        },
    }
}

fn by_hand(name: &str, file: Option<&String>) -> Result<(), Box<dyn std::error::Error>> {
    let template = paper::template(name).ok_or("no such letter")?;
    let data = match file {
        Some(path) => std::fs::read_to_string(path)?,
        None => template.example.to_owned(),
    };
    let letter = paper::set_here(template.source, &serde_json::from_str(&data)?, 50)?;
    writeln!(std::io::stderr(), "{letter:?}, signature at {:?}", letter.signature)?;
    std::io::stdout().write_all(&letter.pdf)?;
    Ok(())
}
