//! Session events in the three readings of codetether.md §3: what goes beyond a plain step.

use super::line::{Line, Record};
use super::state::{Here, State};
use super::steps::Step;
use super::usage::{TOKEN_USAGE, USAGE_REPORT, total_count};
use super::variant::Variant;
use crate::formats::Sink;
use crate::formats::lenient::Presence;
use crate::formats::terms::millis;
use crate::model::{ContextUse, Event, EventKind, Fallback, RlmSum, entry, flags};

impl State {
    /// Takes in one session event.
    pub fn session_event(&mut self, variant: Variant, line: &Line<'_>, here: Here<'_>, out: &mut Sink) {
        let durability = variant.durability();
        self.post_mortem.durable.add(durability.earlier, durability.newer);
        let (fields, word) = (line.payload(), variant.name());
        match variant {
            Variant::TokenUsage => self.usage(TOKEN_USAGE, word, fields, here, out),
            Variant::UsageReport => self.usage(USAGE_REPORT, word, fields, here, out),
            Variant::TokenEstimate => self.estimate(word, fields, here, out),
            Variant::RlmComplete => self.rlm(word, fields, here, out),
            Variant::CompactionStarted
            | Variant::CompactionCompleted
            | Variant::CompactionFailed
            | Variant::ContextTruncated => self.compact(variant, fields, here, out),
            Variant::RlmSubcallFallback => {
                let (requested, used) = (&*fields.requested_model, &*fields.fallback_model);
                let list = &mut self.post_mortem.fallbacks;
                let is_it = |known: &Fallback| known.requested == requested && known.used == used;
                let name = |new: &mut Fallback| (new.requested, new.used) = (requested.to_owned(), used.to_owned());
                entry(list, is_it, name).count += 1;
                self.step(Step::Notice, word, fields, here, out);
            }
            _ => self.step(Step::of_variant(variant), word, fields, here, out),
        }
    }

    /// A forecast: never a count of tokens (codetether.md §3.1).
    fn estimate(&mut self, word: &str, fields: &Record<'_>, here: Here<'_>, out: &mut Sink) {
        let mut count = |number| total_count(number, here, out).get();
        if let (Some(request), Some(budget)) = (count(fields.request_tokens), count(fields.budget)) {
            let told = ContextUse { request, budget };
            let peak = &mut self.post_mortem.peak;
            *peak = Some(peak.map_or(told, |peak| peak.fuller(told)));
        }
        self.step(Step::Progress, word, fields, here, out);
    }

    /// Sizes of the text before and after: never billed tokens (codetether.md §3.1).
    fn rlm(&mut self, word: &str, fields: &Record<'_>, here: Here<'_>, out: &mut Sink) {
        let outcome = &*fields.outcome;
        let list = &mut self.post_mortem.rlm;
        let sum: &mut RlmSum = entry(list, |sum| sum.outcome == outcome, |sum| outcome.clone_into(&mut sum.outcome));
        sum.runs += 1;
        sum.input.add(total_count(fields.input_tokens, here, out), false);
        sum.output.add(total_count(fields.output_tokens, here, out), false);
        let has_failed = !outcome.is_empty() && outcome != "converged";
        let event = Event {
            flags: flags::ENDS_AT | if has_failed { flags::FAILED } else { 0 },
            duration_ms: millis(fields.elapsed_ms.int()),
            ..self.event(EventKind::Progress, word, here, out)
        };
        self.push(event, out);
    }

    fn compact(&mut self, variant: Variant, fields: &Record<'_>, here: Here<'_>, out: &mut Sink) {
        let has_failed = variant == Variant::CompactionFailed;
        let event = self.event(EventKind::Compaction, variant.name(), here, out);
        let event = Event { flags: if has_failed { flags::FAILED } else { 0 }, ..event };
        let before = total_count(fields.before_tokens, here, out);
        let after = total_count(fields.after_tokens, here, out);
        let trace = self.compaction(&fields.trace_id, event, out);
        trace.has_failed |= has_failed;
        if variant == Variant::CompactionCompleted {
            trace.completed = Some((fields.strategy.to_string(), before, after));
        }
        if variant == Variant::ContextTruncated {
            let told = &mut self.post_mortem;
            told.truncations += 1;
            told.dropped.add(total_count(fields.dropped_tokens, here, out), false);
            told.archived += u32::from(fields.archive_ref.presence() == Presence::Given);
        }
    }
}
