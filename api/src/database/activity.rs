//! What one request is doing: how many of its statements run, and how often it asked for something.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::SeqCst},
};

use tokio::sync::Notify;

/// What one request is doing. Clones watch the same request.
#[derive(Clone, Default)]
pub struct Activity(Arc<State>);

#[derive(Default)]
struct State {
    running: AtomicUsize,
    asked: AtomicUsize,
    idle: Notify,
}

/// Something that runs, until it is dropped.
pub struct Running(Activity);

impl Activity {
    /// Notes that something was asked for.
    pub fn note_question(&self) {
        self.0.asked.fetch_add(1, SeqCst);
    }

    /// How often something was asked for.
    #[must_use]
    pub fn asked(&self) -> usize {
        self.0.asked.load(SeqCst)
    }

    /// Notes that something runs.
    #[must_use]
    pub fn enter(&self) -> Running {
        self.0.running.fetch_add(1, SeqCst);
        Running(self.clone())
    }

    /// Waits until nothing runs.
    pub async fn until_idle(&self) {
        loop {
            let woken = self.0.idle.notified();
            if self.0.running.load(SeqCst) == 0 {
                return;
            }
            woken.await;
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.0.0.running.fetch_sub(1, SeqCst) == 1 {
            self.0.0.idle.notify_waiters();
        }
    }
}
