//! The measured servers: this program, as child processes.

use std::{
    ffi::OsStr,
    fs,
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
};

use crate::{AS_FLOOR, AS_PLENARY, Result};

/// How many times a second the kernel counts the time that a process runs.
const TICKS: f64 = 100.0;

/// A server that runs until it is dropped.
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    child: Child,
    // Held, so that it may say more.
    _output: BufReader<ChildStdout>,
}

/// The command line of `plenary`, with no settings but these.
pub fn plenary(database: &str, folder: &Path) -> Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command
        .arg(AS_PLENARY)
        // A `plenary.toml` of the working directory would be read.
        .current_dir(folder)
        .env_remove("PLENARY_TEST_POSTGRES_URL")
        .env("PLENARY_DATABASE_URL", database)
        .env("PLENARY_LISTEN", "127.0.0.1:0")
        .env("PLENARY_RATE_LIMIT", "0")
        .env("PLENARY_JWT_SECRET", "the secret of servers that are only measured")
        .env("PLENARY_LOG", "warn,plenary::cli::serve=error");
    Ok(command)
}

/// A token with a grant, which the servers accept.
pub fn token(database: &str, folder: &Path, grant: &str) -> Result<String> {
    let mut command = plenary(database, folder)?;
    command.args(["token", "--subject", "bench", "--ttl", "1d", "--grant", grant]);
    let output = command.stderr(Stdio::inherit()).output()?;
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

/// The command line of a floor.
pub fn floor(arguments: &[&OsStr]) -> Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg(AS_FLOOR).args(arguments);
    Ok(command)
}

impl Server {
    /// Starts a server that prints its address.
    pub fn start(mut command: Command) -> Result<Self> {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let mut output = BufReader::new(child.stdout.take().ok_or("a server without output")?);
        loop {
            let mut line = String::new();
            if output.read_line(&mut line)? == 0 {
                return Err("a server ended at its start: what it said stands above".into());
            }
            let address = line.split_once("http://").and_then(|(_, rest)| rest.split(['/', '\n']).next());
            if let Some(address) = address {
                return Ok(Self { address: address.parse()?, child, _output: output });
            }
        }
    }

    /// How long it has been running on a processor, in seconds.
    pub fn processor_time(&self) -> Result<f64> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        // The name of the program may hold blanks; it ends at the last bracket, before the third field.
        let fields = stat.rsplit_once(')').ok_or("a process without a name")?.1;
        let ticks: std::result::Result<Vec<f64>, _> =
            fields.split_whitespace().skip(11).take(2).map(str::parse).collect();
        Ok(ticks?.iter().sum::<f64>() / TICKS)
    }

    /// The memory that is its own, in bytes.
    pub fn memory(&self) -> Result<u64> {
        let map = fs::read_to_string(format!("/proc/{}/smaps_rollup", self.child.id()))?;
        let private = map.lines().filter(|line| line.starts_with("Private_"));
        let sizes = private.filter_map(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
        Ok(sizes.sum::<u64>() * 1024)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
