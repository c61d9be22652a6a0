//! The first line of a session log.

use super::line::{Data, Record};
use crate::formats::terms::project_of;
use crate::formats::title::title_of;
use crate::model::Timestamp;

/// What `session.start` says.
#[derive(Clone)]
pub struct Start {
    pub id: String,
    pub at: Option<Timestamp>,
    pub provider: String,
    pub selected_provider: String,
    pub model: String,
    pub harness: String,
    pub project: Option<String>,
    pub title: Option<String>,
    pub attempt: Option<String>,
    pub route: String,
}

impl Start {
    /// Reads it; what is absent is empty.
    pub fn of(record: &Record<'_>) -> Self {
        let data = &record.line.data;
        let harness = data.resolved_harness.some().or(data.requested_harness.some()).unwrap_or("");
        Self {
            id: record.line.session_id.to_string(),
            at: record.at,
            provider: data.provider.to_string(),
            selected_provider: data.selected_provider.to_string(),
            model: data.model.to_string(),
            harness: harness.to_owned(),
            project: data.work_dir.some().and_then(project_of),
            title: data.prompt.some().and_then(title_of),
            attempt: attempt_of(data),
            route: data.selected_route.to_string(),
        }
    }
}

fn attempt_of(data: &Data<'_>) -> Option<String> {
    data.metadata.attempt_id.some().map(str::to_owned)
}
