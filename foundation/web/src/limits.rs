//! The named limits of the web edge. Those shared with other crates are in `kernel::limits`.

use std::time::Duration;

/// Largest body of a form with files, bytes: two full files and the typed text.
pub const UPLOAD_FORM_BYTES_MAX: usize =
    2 * kernel::limits::UPLOAD_BYTES_MAX + kernel::limits::FORM_BYTES_MAX;
/// Files in one form.
pub const FILES_PER_FORM_MAX: usize = 10;
/// Fields in one form.
pub const FIELDS_MAX: usize = 1_000;
/// Longest field name, bytes.
pub const FIELD_NAME_BYTES_MAX: usize = 120;
/// Longest side of a picture somebody hands in, points.
pub const IMAGE_SIDE_MAX: u32 = 30_000;
/// Points of a picture somebody hands in: the largest cameras and A3 scans stay below.
pub const IMAGE_PIXELS_MAX: u64 = 150_000_000;
/// Memory that the forms with files hold together, bytes.
pub const UPLOAD_ROOM_BYTES_MAX: usize = 256 * 1024 * 1024;
/// How long a form waits for room when others hold all of it.
pub const UPLOAD_ROOM_WAIT_MAX: Duration = Duration::from_secs(10);
/// Longest silence while a form with files arrives.
pub const UPLOAD_SILENCE_MAX: Duration = Duration::from_secs(30);
/// Handlers that run at the same time; the next wait their turn.
pub const HANDLERS_AT_ONCE_MAX: usize = 256;
/// So many run at the same time in any case, however late everything is.
pub const HANDLERS_AT_ONCE_MIN: usize = 8;
/// Threads a processor for handlers that never wait: more would only take turns.
pub const READERS_A_CORE: usize = 1;
/// How long such a thread stays without work.
pub const READER_IDLE_MAX: Duration = Duration::from_secs(10);
/// By how much handlers stand behind the threads that accept connections and send answers, in the scheduler's
/// steps: else a crowd of handlers would keep those from telling anybody that the house is full.
pub const HANDLER_NICE: i32 = 10;
/// How late the program's timer may be before fewer handlers run at the same time.
pub const LATE_MAX: Duration = Duration::from_millis(100);
/// How often the timer is looked at.
pub const TIMER_PERIOD: Duration = Duration::from_millis(20);
/// How long a request waits for its turn: with the handler's own time still under two seconds.
pub const TURN_WAIT_MAX: Duration = Duration::from_secs(1);
/// Requests that wait for their turn at the same time; who has waited shortest is told to come again.
pub const WAITING_MAX: usize = 1_024;
/// How long somebody who was told to come again keeps the place in the line.
pub const PLACE_IN_LINE_SECONDS: i64 = 15 * 60;
/// After how long, at least, they come again; at most twice as long.
pub const COME_AGAIN_SECONDS: u32 = 5;
/// How long the head of a request may take to arrive.
pub const HEAD_WAIT_MAX: Duration = Duration::from_secs(20);
/// Connections held open at once: live ones and a reserve for pages.
pub const CONNECTIONS_MAX: usize = kernel::limits::LIVE_CONNECTIONS_MAX + 4_000;
/// Streams inside one HTTP/2 connection.
pub const STREAMS_PER_CONNECTION_MAX: u32 = 100;
/// How long open requests may take to end when the program goes down.
pub const FAREWELL_MAX: Duration = Duration::from_secs(10);
/// How long a form's body may take to arrive.
pub const BODY_WAIT_MAX: Duration = Duration::from_secs(30);
/// How long a form with files may take to arrive: 20 MB over a slow 3G line.
pub const UPLOAD_WAIT_MAX: Duration = Duration::from_secs(600);
/// So much of a request is taken and thrown away after it was refused, bytes: more than one who mistook the
/// limit for files sends.
pub const REST_BYTES_MAX: usize = 3 * UPLOAD_FORM_BYTES_MAX;
/// How long that may take.
pub const REST_WAIT_MAX: Duration = Duration::from_secs(60);
/// How long a handler may take.
pub const HANDLER_WAIT_MAX: Duration = Duration::from_secs(60);
/// How long a form stays valid, seconds: a working day.
pub const TOKEN_SECONDS_MAX: i64 = 12 * 3600;
/// Live connections of one session.
pub const LIVE_PER_VISITOR_MAX: usize = 12;
/// Live connections without session from one address: a school or an office shares one.
pub const LIVE_PER_ADDRESS_MAX: usize = 300;
/// Pause between two looks of one live connection.
pub const LIVE_PAUSE: Duration = Duration::from_millis(150);
/// A sign of life on a quiet live connection.
pub const LIVE_HEARTBEAT: Duration = Duration::from_secs(15);
/// How often the session behind a live connection is looked at again.
pub const LIVE_RECHECK: Duration = Duration::from_secs(10);
/// A live connection is closed and opened again after this long.
pub const LIVE_LIFE_MAX: Duration = Duration::from_secs(2 * 3600);
/// Looks of live connections that run at the same time.
pub const LIVE_LOOKS_AT_ONCE_MAX: usize = 32;
/// Askers whose budgets are remembered at once; 16 bytes each.
pub const RATE_SLOTS: usize = 131_072;
/// A /48 of IPv6 has so many times the budget of one of its /64.
pub const RATE_WIDE_FACTOR: u32 = 4;
/// Bodies smaller than this are not compressed, bytes.
pub const GZIP_BYTES_MIN: usize = 700;
/// Longest address that is offered for return after a redirect, bytes.
pub const RETURN_PATH_BYTES_MAX: usize = 1_500;
