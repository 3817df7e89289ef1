//! Detects writes to a SQLite file by any process.
//!
//! `PRAGMA data_version` differs between two calls on one connection if another connection committed in between. Before
//! it is asked, the header of the index of the write-ahead log is compared, which every commit changes
//! (<https://www.sqlite.org/walformat.html>, 2.1) and which is read in well under a microsecond: that is what each use of a
//! cached response costs.

use std::{
    fs::File,
    io::{Read, Seek},
    path::PathBuf,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};

use rusqlite::{Connection, OpenFlags};
use sea_orm::{DatabaseConnection, DbBackend};

/// Watches one SQLite file. Each thread has a connection of its own, which is used for nothing else.
#[derive(Debug)]
pub struct Watch {
    file: PathBuf,
    slots: Vec<Mutex<Slot>>,
}

#[derive(Debug, Default)]
struct Slot {
    connection: Option<Connection>,
    /// The index of the write-ahead log, which exists as long as the connection.
    index: Option<File>,
    /// The header of the index as of the last commit that has been processed.
    header: Option<Header>,
    /// The version that has been processed.
    seen: Option<i64>,
}

/// Both copies of the header of an index: a counter of commits, the end of the log, and checksums.
type Header = [u8; 96];

/// A version of the file that has not been processed yet.
#[derive(Debug)]
pub struct Noticed {
    slot: usize,
    header: Option<Header>,
    /// None if the file could not be read.
    version: Option<i64>,
}

impl Watch {
    /// Watches the file of a database; none where the database is no file.
    #[must_use]
    pub fn of(database: &DatabaseConnection) -> Option<Self> {
        if database.get_database_backend() != DbBackend::Sqlite {
            return None;
        }
        let options = database.get_sqlite_connection_pool().connect_options();
        let file = options.get_filename().to_owned();
        let threads = std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get);
        file.exists().then(|| Self { file, slots: (0..threads).map(|_| Mutex::default()).collect() })
    }

    /// The version since the last [`Self::acknowledge`] on this thread; none if unchanged. If the file can't be read,
    /// it counts as changed.
    #[must_use]
    pub fn notice(&self) -> Option<Noticed> {
        let place = place_of_thread() % self.slots.len();
        let mut slot = self.slot(place)?;
        let header = slot.header_now();
        if header.is_some() && header == slot.header {
            return None;
        }
        let version = self.version(&mut slot).ok();
        if version.is_none() || version != slot.seen {
            return Some(Noticed { slot: place, header, version });
        }
        slot.header = header;
        None
    }

    /// Marks the version as processed.
    pub fn acknowledge(&self, noticed: &Noticed) {
        if let Some(mut slot) = self.slot(noticed.slot) {
            slot.seen = noticed.version;
            slot.header = noticed.header;
        }
    }

    fn slot(&self, place: usize) -> Option<MutexGuard<'_, Slot>> {
        self.slots.get(place).map(|slot| slot.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn version(&self, slot: &mut Slot) -> rusqlite::Result<i64> {
        let connection = match slot.connection.take() {
            Some(connection) => connection,
            None => {
                // Versions of another connection mean nothing to this one.
                *slot = Slot::default();
                Connection::open_with_flags(&self.file, OpenFlags::SQLITE_OPEN_READ_WRITE)?
            }
        };
        let version = connection.prepare_cached("PRAGMA data_version")?.query_row([], |row| row.get(0));
        // A connection that fails is not used again.
        if version.is_ok() {
            if slot.index.is_none() {
                let mut index = self.file.clone().into_os_string();
                index.push("-shm");
                slot.index = File::open(index).ok();
            }
            slot.connection = Some(connection);
        }
        version
    }
}

impl Slot {
    /// The current header; none if there is no index, or while it is written.
    fn header_now(&self) -> Option<Header> {
        let mut header = [0; 96];
        let mut index = self.index.as_ref()?;
        index.rewind().and_then(|()| index.read_exact(&mut header)).ok()?;
        let (first, second) = header.split_at(48);
        (first == second).then_some(header)
    }
}

/// A number of the current thread.
fn place_of_thread() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static PLACE: usize = NEXT.fetch_add(1, Relaxed);
    }
    PLACE.with(|place| *place)
}
