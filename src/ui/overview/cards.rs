//! The numbers at the top, each with what it covers.

use super::Board;
use crate::logic::analytics::summary::Summary;
use crate::logic::analytics::tools::Tools;
use crate::logic::analytics::{Overview, stats::Tenths};
use crate::logic::format::{at_least_money, count, format_token_count};
use crate::ui::shared::{El, at_least, el, explained, not_recorded, tally};
use crate::ui::usage::{gauge_of, readout};

pub fn strip(board: Board) -> El {
    let strip = el("div").class("readout-strip").attr("data-testid", "cards");
    strip.live(move || board.draw(|known| known.summary.as_ref().map(|of| cards(of, known)).unwrap_or_default()))
}

fn cards(of: &Summary, known: &Overview) -> Vec<El> {
    let words = |text: &str| el("span").text(text);
    let tenths = |value: Option<Tenths>, why: &str| match value {
        Some(value) => words(&value.text()),
        None => not_recorded(why),
    };
    let asked = |words: String, measure: &str| explained(el("span").text(&words), &[measure, " sessions"].concat());
    let both = |a: El, b: El| el("span").children([a, el("span").text(", "), b]);
    let sub_agents = format!(
        "{} + {}",
        count((of.sessions - of.sub_agents.min(of.sessions)).into(), "run"),
        count(of.sub_agents.into(), "sub-agent")
    );
    let responses = count((of.messages - of.prompts.min(of.messages)).into(), "response");
    let said = both(asked(count(of.prompts.into(), "prompt"), "prompts"), asked(responses, "responses"));
    let cost = match of.cost.status() {
        _ if of.cost.reported == 0 => not_recorded("no log holds a cost, and no price is known for what it records"),
        "partial" => at_least(&at_least_money(of.cost.known), "not every request has a cost"),
        _ => words(&of.cost.known.display()),
    };
    let spread = match (of.median_messages, of.p90_messages) {
        (Some(median), Some(p90)) => {
            both(asked(format!("median {median}"), "median-messages"), asked(format!("p90 {p90}"), "p90-messages"))
        }
        _ => el("span"),
    };
    let busiest = of.most_active.as_ref().map(|name| format!("most active {name}")).unwrap_or_default();
    let mut cards = vec![
        card("Sessions", "sessions", words(&of.sessions.to_string()), words(&sub_agents)),
        card("Messages", "messages", words(&format_token_count(of.messages.into())), said),
        card(
            "Output tokens",
            "output",
            tally(&of.output, "session"),
            gauge_of("recorded by", of.output.reported, of.output.eligible, "session"),
        ),
        card(
            "Cost, API-equivalent",
            "cost",
            cost,
            gauge_of("known for", of.cost.reported, of.cost.eligible, "request"),
        ),
        card("Projects", "projects", words(&of.active_projects.to_string()), words(&busiest)),
        card("Concentration", "concentration", percent(of.concentration), words("of messages in the three largest")),
        card(
            "Active days",
            "active-days",
            // Days are those of a zone: the first panels know none.
            match known.heatmap {
                Some(_) => words(&of.active_days.to_string()),
                None => words("…").attr("title", "counting…"),
            },
            words("days on which a session started"),
        ),
        card("Messages / session", "average-messages", tenths(of.avg_messages, "there is no session"), spread),
    ];
    cards.extend(known.tools.as_ref().map(failed_calls));
    cards
}

/// A readout that explains itself.
fn card(label: &str, measure: &str, value: El, note: El) -> El {
    readout(label, explained(value, &[measure, " sessions"].concat()), note)
}

fn percent(share: Option<Tenths>) -> El {
    match share {
        Some(share) => el("span").text(&share.text()).child(el("small").text("%")),
        None => not_recorded("nothing to divide"),
    }
}

fn failed_calls(tools: &Tools) -> El {
    let rate = Tenths::percent(tools.failed.into(), tools.finished.into());
    let note = format!("{} of {} finished", tools.failed, tools.finished);
    card("Failed tool calls", "failed-calls", percent(rate), el("span").text(&note))
}
