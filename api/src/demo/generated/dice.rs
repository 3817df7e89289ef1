//! Random numbers, words and texts from a seed.

/// Draws by lot (SplitMix64).
pub(super) struct Dice(u64);

/// Parts of titles, most common first.
const WORDS: [&str; 120] = [
    "kernel",
    "memory",
    "driver",
    "scheduler",
    "latency",
    "testing",
    "support",
    "performance",
    "interface",
    "device",
    "security",
    "tracing",
    "power",
    "storage",
    "network",
    "file",
    "boot",
    "user",
    "space",
    "cache",
    "locking",
    "page",
    "hardware",
    "firmware",
    "virtual",
    "machine",
    "container",
    "namespace",
    "timer",
    "interrupt",
    "queue",
    "buffer",
    "packet",
    "socket",
    "filesystem",
    "block",
    "module",
    "patch",
    "regression",
    "stable",
    "upstream",
    "maintainer",
    "review",
    "documentation",
    "build",
    "toolchain",
    "compiler",
    "debugger",
    "profile",
    "benchmark",
    "workload",
    "throughput",
    "bandwidth",
    "isolation",
    "sandbox",
    "verifier",
    "bytecode",
    "probe",
    "event",
    "counter",
    "sampling",
    "thermal",
    "suspend",
    "resume",
    "frequency",
    "governor",
    "topology",
    "affinity",
    "migration",
    "balancing",
    "fairness",
    "priority",
    "deadline",
    "preemption",
    "barrier",
    "atomic",
    "hazard",
    "epoch",
    "grace",
    "reclaim",
    "swap",
    "compaction",
    "fragmentation",
    "hotplug",
    "balloon",
    "passthrough",
    "emulation",
    "hypervisor",
    "enclave",
    "attestation",
    "measurement",
    "keyring",
    "signature",
    "policy",
    "capability",
    "audit",
    "checkpoint",
    "restore",
    "snapshot",
    "journal",
    "checksum",
    "deduplication",
    "encryption",
    "compression",
    "multipath",
    "offload",
    "steering",
    "congestion",
    "pacing",
    "tunnel",
    "bridge",
    "overlay",
    "routing",
    "wireless",
    "bluetooth",
    "sensor",
    "camera",
    "display",
    "graphics",
    "audio",
];

/// Words that connect the parts of a title.
const JOINTS: [&str; 8] = ["and", "for", "of", "in", "without", "with", "beyond", "under"];

const SYLLABLES: [&str; 20] = [
    "ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu", "na", "pe", "qui", "ro", "su", "ta", "ve", "wi", "xo",
    "zu",
];

impl Dice {
    /// An independent random generator for one part of the data, so that other parts do not affect it.
    pub fn new(seed: u64, part: u64) -> Self {
        let mut dice = Self(seed ^ part.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        dice.next();
        dice
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut drawn = self.0;
        drawn = (drawn ^ (drawn >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        drawn = (drawn ^ (drawn >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        drawn ^ (drawn >> 31)
    }

    /// A number below another one.
    pub fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end.max(1)).unwrap_or(u64::MAX);
        usize::try_from(self.next() % end).unwrap_or(0)
    }

    /// One of several.
    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    /// Two different ones of several.
    pub fn pair<T: Copy>(&mut self, from: &[T]) -> [T; 2] {
        let first = self.below(from.len());
        let second = (first + 1 + self.below(from.len() - 1)) % from.len();
        [from[first], from[second]]
    }

    /// A word. The first ones are drawn often, the last ones rarely.
    pub fn word(&mut self) -> &'static str {
        let end = WORDS.len();
        WORDS[self.below(end) * self.below(end) / end]
    }

    /// A few words as a title: `Memory reclaim without page locking`.
    pub fn title(&mut self) -> String {
        let (first, second, third, fourth) = (self.word(), self.word(), self.word(), self.word());
        capitalized(&format!("{first} {second} {} {third} {fourth}", self.pick(&JOINTS)))
    }

    /// A sentence.
    pub fn sentence(&mut self) -> String {
        let (beginning, middle) = (self.title(), self.word());
        format!("{beginning} needs a {middle} that the {} of the {} can rely on.", self.word(), self.word())
    }

    /// A paragraph of Markdown.
    pub fn paragraph(&mut self) -> String {
        let (stressed, linked) = (self.word(), self.word());
        format!(
            "{} What matters most is the **{stressed}**: {} See the [notes on {linked}](https://notes.example.org/{linked}). {}",
            self.sentence(),
            self.sentence(),
            self.sentence()
        )
    }
}

/// A name that no other number has: `Velobaxo`.
pub(super) fn name(number: usize) -> String {
    let end = SYLLABLES.len().pow(4);
    // A factor that is coprime to `end` visits all values, so that neighbors look different.
    let mut rest = (number * 48_271) % end;
    let mut name = String::new();
    for _ in 0..4 {
        name += SYLLABLES[rest % SYLLABLES.len()];
        rest /= SYLLABLES.len();
    }
    capitalized(&name)
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_are_unique() {
        let names: HashSet<String> = (0..30_000).map(name).collect();
        assert_eq!(names.len(), 30_000);
    }

    #[test]
    fn some_words_are_common_and_some_are_rare() {
        let mut dice = Dice::new(1, 1);
        let words: Vec<&str> = (0..10_000).map(|_| dice.word()).collect();
        let share = |word: &str| words.iter().filter(|other| **other == word).count();
        let (first, last) = (share(WORDS[0]), share(WORDS[WORDS.len() - 1]));
        assert!(first > 300 && last < 10, "{first} and {last} of 10,000");
    }
}
