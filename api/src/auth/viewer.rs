//! Who is asking.

/// Who is asking. Every read starts from one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Viewer {
    /// Somebody who did not say who they are: they see what is public.
    Anonymous,
    /// The server itself, when it loads or checks data: it sees everything. No request is ever made by it.
    Server,
}
