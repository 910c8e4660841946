//! Live connections, as a browser holds them open.

use crate::http::Client;
use std::{
    io::{self, BufRead, BufReader, Write},
    net::TcpStream,
    time::Duration,
};

/// Longest wait for a connection to say something or to end.
const WAIT_MAX: Duration = Duration::from_secs(90);

/// An open connection.
#[derive(Debug)]
pub struct Live(BufReader<TcpStream>);

impl Live {
    /// Opens one; the error tells the status when it was not granted.
    pub fn open(client: &Client, path: &str) -> io::Result<Self> {
        let mut stream = TcpStream::connect(client.host())?;
        stream.set_read_timeout(Some(WAIT_MAX))?;
        stream.write_all(&client.lasting_request("GET", path, b""))?;
        let mut stream = BufReader::new(stream);
        let mut line = String::new();
        stream.read_line(&mut line)?;
        match line.split(' ').nth(1) {
            Some("200") => Ok(Self(stream)),
            other => Err(io::Error::other(format!("{path}: {other:?}"))),
        }
    }

    /// Waits until a line holds this text.
    pub fn says(&mut self, text: &str) -> io::Result<()> {
        let mut line = String::new();
        while !line.contains(text) {
            line.clear();
            if self.0.read_line(&mut line)? == 0 {
                return Err(io::Error::other(format!("ended before it said {text}")));
            }
        }
        Ok(())
    }

    /// Waits until the program ends it; an error if it goes on.
    pub fn ends(mut self) -> io::Result<()> {
        let mut chunk = Vec::new();
        loop {
            chunk.clear();
            // The end of the connection, or of the answer's last chunk.
            if self.0.read_until(b'\n', &mut chunk)? == 0 || chunk == b"0\r\n" {
                return Ok(());
            }
        }
    }
}
