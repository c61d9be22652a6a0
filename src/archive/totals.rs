//! Sums over what counts, and how much of it was recorded (token-coverage.md §3).

use super::ledger::Entry;
use crate::model::{Cost, Finality, Money, Reported, Scope, Tally, TokenSet, Wire, price_notes};

/// Sums over the usage that counts for a session, or for several (token-coverage.md R1-R7).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Wire)]
pub struct Totals {
    pub input_uncached: Tally,
    pub cache_read: Tally,
    pub cache_write: Tally,
    pub output: Tally,
    pub reasoning: Tally,
    /// The largest prompt of one request (token-coverage.md R2).
    pub peak_context: Reported<u64>,
    pub cost: CostTally,
    pub coverage: Coverage,
}

/// Cost, and of how many rows it is known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Wire)]
pub struct CostTally {
    pub known: Money,
    /// Rows with a cost, recorded or computed.
    pub reported: u32,
    pub eligible: u32,
    /// Rows whose cost was computed from prices.
    pub computed: u32,
    /// Of those: rows of which not all tokens are recorded.
    pub partial: u32,
}

/// How many of the rows that could hold a metric did (token-coverage.md R6).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Wire)]
pub struct Coverage {
    pub eligible: u32,
    pub with_output: u32,
    pub with_context: u32,
    pub partial: u32,
    /// The log holds a total of the whole session, which counts instead of its requests (R3).
    pub is_total_only: bool,
}

/// How much of a metric was recorded (token-coverage.md R6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Wire)]
pub enum CoverageClass {
    Full,
    Some,
    None,
    TotalOnly,
    /// Nothing could have been recorded.
    NotApplicable,
}

impl CoverageClass {
    /// Stable name, as exports write it (token-coverage.md §7).
    pub const fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Some => "some",
            Self::None => "none",
            Self::TotalOnly => "total-only",
            Self::NotApplicable => "n/a",
        }
    }
}

impl Coverage {
    /// The class of a metric that `with` of the eligible rows recorded.
    pub const fn class(&self, with: u32) -> CoverageClass {
        match (self.eligible, with) {
            (0, _) => CoverageClass::NotApplicable,
            (_, 0) => CoverageClass::None,
            _ if self.is_total_only => CoverageClass::TotalOnly,
            (eligible, with) if with == eligible => CoverageClass::Full,
            _ => CoverageClass::Some,
        }
    }

    /// The class of generated tokens, which stands in exports as "Output Coverage".
    pub const fn output_class(&self) -> CoverageClass {
        self.class(self.with_output)
    }

    fn merge(&mut self, other: &Self) {
        self.eligible += other.eligible;
        self.with_output += other.with_output;
        self.with_context += other.with_context;
        self.partial += other.partial;
        self.is_total_only |= other.is_total_only;
    }
}

impl CostTally {
    /// The whole cost, if every row had one.
    pub fn exact(&self) -> Reported<Money> {
        if self.reported > 0 && !self.is_lower_bound() { Reported::new(self.known) } else { Reported::NOT_RECORDED }
    }

    /// `exact` (all recorded), `computed`, `partial` or `none` (token-coverage.md §7 "Cost Status").
    pub const fn status(&self) -> &'static str {
        match (self.reported, self.eligible) {
            (0, _) => "none",
            (reported, eligible) if reported < eligible || self.partial > 0 => "partial",
            _ if self.computed > 0 => "computed",
            _ => "exact",
        }
    }

    /// Whether the true cost may be larger: shown as `≥`.
    pub const fn is_lower_bound(&self) -> bool {
        self.reported > 0 && (self.reported < self.eligible || self.partial > 0)
    }

    /// Counts one row; see [`price_notes`].
    pub fn add(&mut self, cost: Cost, notes: u8) {
        self.eligible += 1;
        if let Some(amount) = cost.amount() {
            self.known = self.known + amount;
            self.reported += 1;
            self.computed += u32::from(matches!(cost, Cost::Computed(..)));
            self.partial += u32::from(notes & price_notes::LOWER_BOUND != 0);
        }
    }

    fn merge(&mut self, other: &Self) {
        self.known = self.known + other.known;
        self.reported += other.reported;
        self.eligible += other.eligible;
        self.computed += other.computed;
        self.partial += other.partial;
    }
}

impl Totals {
    /// The sums of entries that count.
    pub fn of<'a>(entries: impl Iterator<Item = &'a Entry>) -> Self {
        let mut totals = Self::default();
        entries.for_each(|entry| totals.add(entry));
        totals
    }

    /// Whether each request is told, and each with nothing at all: a gateway that does not count (others.md §9).
    pub fn has_only_zeros(&self) -> bool {
        let Coverage { eligible, with_output, with_context, .. } = self.coverage;
        let sums = [self.input_uncached.sum, self.cache_read.sum, self.cache_write.sum, self.output.sum];
        eligible > 0 && with_output == eligible && with_context == eligible && sums == [0; 4]
    }

    /// Counts one entry.
    pub fn add(&mut self, entry: &Entry) {
        if entry.counts_tokens {
            self.add_tokens(&entry.tokens, entry.finality == Finality::Partial);
            self.coverage.is_total_only |= entry.scope == Scope::Aggregate;
        }
        if entry.counts_cost {
            self.cost.add(entry.cost, entry.price_notes);
        }
        // A total of the session says nothing of its largest request.
        if entry.scope == Scope::Request {
            self.peak(entry.tokens.context());
        }
    }

    fn add_tokens(&mut self, tokens: &TokenSet, is_partial: bool) {
        self.input_uncached.add(tokens.input_uncached, is_partial);
        self.cache_read.add(tokens.cache_read, is_partial);
        self.cache_write.add(tokens.cache_write, is_partial);
        self.output.add(tokens.output, is_partial);
        self.reasoning.add(tokens.reasoning, is_partial);
        self.coverage.eligible += 1;
        self.coverage.with_output += u32::from(tokens.output.is_recorded());
        self.coverage.with_context += u32::from(tokens.context().is_recorded());
        self.coverage.partial += u32::from(is_partial);
    }

    /// Takes the prompt size of one request into account (token-coverage.md R2).
    pub fn peak(&mut self, context: Reported<u64>) {
        self.peak_context = self.peak_context.get().max(context.get()).into();
    }

    /// Adds the totals of another session (token-coverage.md R7). A member without any record makes the sums lower
    /// bounds, so it stays eligible.
    pub fn merge(&mut self, other: &Self) {
        self.input_uncached.merge(&other.input_uncached);
        self.cache_read.merge(&other.cache_read);
        self.cache_write.merge(&other.cache_write);
        self.output.merge(&other.output);
        self.reasoning.merge(&other.reasoning);
        self.peak(other.peak_context);
        self.cost.merge(&other.cost);
        self.coverage.merge(&other.coverage);
    }

    /// Adds a session of which nothing is loaded: the sums may be larger (token-coverage.md R7).
    pub fn merge_missing(&mut self) {
        self.add_tokens(&TokenSet::default(), false);
        self.cost.eligible += 1;
    }
}
