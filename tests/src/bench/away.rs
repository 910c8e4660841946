//! A wire of some length: what goes through arrives later. For a database that is another machine.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

/// Bytes taken from one end at once.
const PIECE_BYTES: usize = 64 * 1024;
/// Pieces on their way in one direction.
const PIECES_MAX: usize = 1_024;

type Piece = (Instant, Vec<u8>);

/// The address of a PostgreSQL database, reached through a wire on which everything takes so long each way.
/// The wire lasts as long as the process.
pub fn postgres(url: &str, each_way: Duration) -> Result<String, String> {
    let config: postgres::Config = url.parse().map_err(|e| format!("{e}"))?;
    let [postgres::config::Host::Unix(folder), ..] = config.get_hosts() else {
        return Err("the tests' PostgreSQL listens on a socket in a folder".into());
    };
    let port = config.get_ports().first().unwrap_or(&5432);
    let socket = folder.join(format!(".s.PGSQL.{port}"));
    let listener = TcpListener::bind("127.0.0.1:0").map_err(|e| e.to_string())?;
    let port = listener.local_addr().map_err(|e| e.to_string())?.port();
    thread::spawn(move || {
        for near in listener.incoming().flatten() {
            if let Ok(far) = UnixStream::connect(&socket) {
                let _ = near.set_nodelay(true);
                join(near, far, each_way);
            }
        }
    });
    let (user, name) = (config.get_user().unwrap_or("postgres"), config.get_dbname().unwrap_or(""));
    Ok(format!("postgres://{user}@127.0.0.1:{port}/{name}"))
}

fn join(near: TcpStream, far: UnixStream, each_way: Duration) {
    let (Ok(near_too), Ok(far_too)) = (near.try_clone(), far.try_clone()) else { return };
    one_way(near_too, far, each_way, |far| far.shutdown(Shutdown::Both));
    one_way(far_too, near, each_way, |near| near.shutdown(Shutdown::Both));
}

fn one_way<W: Write + Send + 'static>(
    from: impl Read + Send + 'static,
    mut to: W,
    each_way: Duration,
    end: fn(&W) -> std::io::Result<()>,
) {
    let (give, take) = sync_channel(PIECES_MAX);
    thread::spawn(move || hear(from, &give));
    thread::spawn(move || {
        say(&mut to, &take, each_way);
        let _ = end(&to);
    });
}

fn hear(mut from: impl Read, give: &SyncSender<Piece>) {
    let mut piece = vec![0; PIECE_BYTES];
    while let Ok(n @ 1..) = from.read(&mut piece) {
        if give.send((Instant::now(), piece[..n].to_vec())).is_err() {
            return;
        }
    }
}

fn say(to: &mut impl Write, take: &Receiver<Piece>, each_way: Duration) {
    for (heard, piece) in take {
        thread::sleep((heard + each_way).saturating_duration_since(Instant::now()));
        if to.write_all(&piece).is_err() {
            return;
        }
    }
}
