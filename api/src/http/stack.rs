//! Room for deep answers: without it, one small query could overflow the stack of a worker and end the server.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

/// Runs a future on a stack that is as deep as its operation. The frames of an answer lie one within the other for
/// every level of it; the stack of a worker holds a few levels.
pub struct OnDeepStack<F> {
    future: Pin<Box<F>>,
    depth: usize,
}

/// How many levels the stack of a worker holds with ease.
const SHALLOW: usize = 5;
/// What a level takes at most, in bytes; memory that is not touched is not taken. Frames that nobody optimized are many
/// times as large.
const STACK_PER_LEVEL: usize = if cfg!(debug_assertions) { 1024 * 1024 } else { 96 * 1024 };

impl<F> OnDeepStack<F> {
    /// Runs `future`, the execution of an operation of this depth.
    #[must_use]
    pub fn new(future: F, depth: usize) -> Self {
        Self { future: Box::pin(future), depth }
    }
}

impl<F: Future> Future for OnDeepStack<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        if self.depth <= SHALLOW {
            return self.future.as_mut().poll(context);
        }
        let room = self.depth * STACK_PER_LEVEL;
        stacker::maybe_grow(room, room, || self.future.as_mut().poll(context))
    }
}
