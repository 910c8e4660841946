//! Starting other programs: shown, timed, and their lines looked at on the way through.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Command, Stdio},
};

/// Runs a command in the foreground; an error says which command failed.
pub fn run(command: &mut Command) -> Result<(), String> {
    let shown = show(command);
    let status = command.status().map_err(|e| format!("Cannot start {shown}: {e}"))?;
    if status.success() { Ok(()) } else { Err(format!("Failed: {shown} ({status})")) }
}

/// Runs a command, passes its standard output on line by line and shows each line to `look`.
pub fn watched(command: &mut Command, mut look: impl FnMut(&str)) -> Result<(), String> {
    let shown = show(command);
    let mut child =
        command.stdout(Stdio::piped()).spawn().map_err(|e| format!("Cannot start {shown}: {e}"))?;
    let out = child.stdout.take().ok_or("no standard output")?;
    let mut terminal = std::io::stdout().lock();
    for line in BufReader::new(out).split(b'\n') {
        let line = line.map_err(|e| format!("Lost the output of {shown}: {e}"))?;
        let line = String::from_utf8_lossy(&line);
        // A closed terminal must not stop the child half-way.
        let _ = writeln!(terminal, "{line}");
        look(line.trim_end());
    }
    let status = child.wait().map_err(|e| format!("Lost {shown}: {e}"))?;
    if status.success() { Ok(()) } else { Err(format!("Failed: {shown} ({status})")) }
}

/// The standard output of a command that succeeded.
pub fn output(command: &mut Command) -> Option<String> {
    let out = command.stderr(Stdio::null()).output().ok()?;
    out.status.success().then(|| String::from_utf8_lossy(&out.stdout).trim().to_owned())
}

/// Whether a program can be found on the PATH.
pub fn on_path(program: &str) -> bool {
    std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|dir| dir.join(program).is_file()))
}

fn show(command: &Command) -> String {
    let mut shown = command.get_program().to_string_lossy().into_owned();
    for arg in command.get_args() {
        shown.push(' ');
        shown.push_str(&arg.to_string_lossy());
    }
    shown
}
