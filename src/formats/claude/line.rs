//! One line as Claude Code writes it (claude-code.md §3, §9). Lives and dies in this folder.

use crate::formats::lenient::{Elements, Field, Fields, Flag, Num, Presence, Rare, Raw, Slot, Str, flat};

flat! {
    /// The keys of all kinds of lines in one flat struct: `type` may stand anywhere.
    pub struct Line<'a> {
        "type" => kind: Str<'a>,
        "uuid" => uuid: Str<'a>,
        "parentUuid" => parent: Str<'a>,
        "sessionId" => session: Str<'a>,
        "timestamp" => timestamp: Str<'a>,
        "message" => message: Message<'a>,
        "isSidechain" => is_sidechain: Flag,
        "requestId" => request: Str<'a>,
        "cwd" => cwd: Str<'a>,
        "version" => version: Str<'a>,
        "gitBranch" => branch: Str<'a>,
        "toolUseResult" => result: ToolUseResult<'a>,
        "isMeta" => is_meta: Flag,
        "agentId" => agent: Str<'a>,
        "subtype" => subtype: Str<'a>,
        "data" => data: Rare<Data<'a>>,
        "parentToolUseID" => parent_call: Str<'a>,
        "attachment" => attachment: Rare<Attachment<'a>>,
        "snapshot" => snapshot: Snapshot<'a>,
        "operation" => operation: Str<'a>,
        "content" => content: Str<'a>,
        "isCompactSummary" => is_summary: Flag,
        "isApiErrorMessage" => is_api_error: Flag,
        "logicalParentUuid" => logical_parent: Str<'a>,
        "sessionKind" => session_kind: Str<'a>,
        "permissionMode" => permission_mode: Str<'a>,
        "costUSD" => cost: Num,
        "durationMs" => duration_ms: Num,
        "summary" => summary: Str<'a>,
        "leafUuid" => leaf: Str<'a>,
        "customTitle" => custom_title: Str<'a>,
        "aiTitle" => ai_title: Str<'a>,
        "session_id" => stream_session: Str<'a>,
        "parent_tool_use_id" => stream_parent: Str<'a>,
        "model" => model: Str<'a>,
        "claude_code_version" => stream_version: Str<'a>,
        "is_error" => is_error: Flag,
        "duration_ms" => stream_duration_ms: Num,
        "total_cost_usd" => total_cost: Num,
        "usage" => usage: Rare<Usage<'a>>,
        "modelUsage" => per_model: Rare<PerModel<'a>>,
    }
}

flat! {
    /// An object of the Messages API.
    pub struct Message<'a> {
        "id" => id: Str<'a>,
        "role" => role: Str<'a>,
        "model" => model: Str<'a>,
        "content" => content: Content<'a>,
        "stop_reason" => stop_reason: Str<'a>,
        "usage" => usage: Usage<'a>,
    }
}

flat! {
    /// Counters of one request (claude-code.md §4).
    pub struct Usage<'a> {
        "input_tokens" => input: Num,
        "output_tokens" => output: Num,
        "cache_read_input_tokens" => cache_read: Num,
        "cache_creation_input_tokens" => cache_write: Num,
        "cache_creation" => split: CacheWrites<'a>,
        "server_tool_use" => server_tools: ServerTools<'a>,
        "service_tier" => tier: Str<'a>,
        "speed" => speed: Str<'a>,
    }
}

flat! {
    /// How long what was written to the cache is kept.
    pub struct CacheWrites<'a> {
        "ephemeral_5m_input_tokens" => five_minutes: Num,
        "ephemeral_1h_input_tokens" => one_hour: Num,
    }
}

flat! {
    /// Tools that the provider ran.
    pub struct ServerTools<'a> {
        "web_search_requests" => web_searches: Num,
    }
}

flat! {
    /// A content block of any type.
    pub struct Block<'a> {
        "type" => kind: Str<'a>,
        "id" => id: Str<'a>,
        "name" => name: Str<'a>,
        "text" => text: Str<'a>,
        "input" => input: Raw<'a>,
        "thinking" => thinking: Str<'a>,
        "signature" => signature: Str<'a>,
        "tool_use_id" => call: Str<'a>,
        "is_error" => is_error: Flag,
    }
}

flat! {
    /// What a call that starts a sub-agent is given.
    pub struct Input<'a> {
        "description" => description: Str<'a>,
        "prompt" => prompt: Str<'a>,
    }
}

flat! {
    /// What the harness notes of a tool's result (claude-code.md §7, §6 "Web search").
    pub struct ToolUseResult<'a> {
        "agentId" => agent: Str<'a>,
        "totalTokens" => tokens: Num,
        "totalDurationMs" => duration_ms: Num,
        "totalToolUseCount" => tool_calls: Num,
        "searchCount" => searches: Num,
    }
}

flat! {
    /// What a `progress` line reports.
    pub struct Data<'a> {
        "type" => kind: Str<'a>,
        "agentId" => agent: Str<'a>,
        "message" => carried: Rare<Carried<'a>>,
    }
}

flat! {
    /// The line of a sub-agent that a `progress` line carries.
    pub struct Carried<'a> {
        "type" => kind: Str<'a>,
        "requestId" => request: Str<'a>,
        "message" => message: CarriedMessage<'a>,
    }
}

flat! {
    /// A carried message; its content stands in the sub-agent's own log.
    pub struct CarriedMessage<'a> {
        "id" => id: Str<'a>,
        "model" => model: Str<'a>,
        "stop_reason" => stop_reason: Str<'a>,
        "usage" => usage: Usage<'a>,
    }
}

flat! {
    /// What was put beside the conversation.
    pub struct Attachment<'a> {
        "type" => kind: Str<'a>,
        "prompt" => prompt: Content<'a>,
        "source_uuid" => source: Str<'a>,
        "origin" => origin: Rare<Origin<'a>>,
    }
}

flat! {
    /// Who queued a prompt.
    pub struct Origin<'a> {
        "kind" => kind: Str<'a>,
    }
}

flat! {
    /// Saved states of files; only its time matters.
    pub struct Snapshot<'a> {
        "timestamp" => timestamp: Str<'a>,
    }
}

flat! {
    /// Totals of one model (claude-code.md §9).
    pub struct ModelTotals<'a> {
        "inputTokens" => input: Num,
        "outputTokens" => output: Num,
        "cacheReadInputTokens" => cache_read: Num,
        "cacheCreationInputTokens" => cache_write: Num,
        "webSearchRequests" => web_searches: Num,
        "costUSD" => cost: Num,
        "contextWindow" => context_window: Num,
    }
}

/// Blocks, or a lone text. Nearly always one block: the first needs no list.
#[derive(Debug, Default)]
pub struct Content<'a> {
    first: Block<'a>,
    rest: Vec<Block<'a>>,
    len: usize,
    /// A text that stood in place of the blocks.
    pub text: Str<'a>,
    presence: Presence,
}

impl<'a> Content<'a> {
    pub fn blocks(&self) -> impl Iterator<Item = &Block<'a>> {
        std::iter::once(&self.first).take(self.len).chain(&self.rest)
    }

    pub fn is_text(&self) -> bool {
        self.text.presence() == Presence::Given
    }
}

impl<'a> Elements<'a> for Content<'a> {
    fn grow(&mut self) -> Slot<'_, 'a> {
        self.len += 1;
        if self.len == 1 {
            return self.first.slot();
        }
        self.rest.push(Block::default());
        self.rest.last_mut().unwrap_or(&mut self.first).slot()
    }

    fn shrink(&mut self) {
        self.len = self.len.saturating_sub(1);
        self.rest.truncate(self.len.saturating_sub(1));
    }

    fn text_mut(&mut self) -> &mut Str<'a> {
        &mut self.text
    }

    fn presence_mut(&mut self) -> &mut Presence {
        &mut self.presence
    }
}

impl<'a> Field<'a> for Content<'a> {
    fn slot(&mut self) -> Slot<'_, 'a> {
        Slot::List(self)
    }

    fn presence(&self) -> Presence {
        self.presence
    }
}

/// Totals by the name of the model.
#[derive(Debug, Default)]
pub struct PerModel<'a> {
    pub items: Vec<(String, ModelTotals<'a>)>,
    presence: Presence,
}

impl<'a> Fields<'a> for PerModel<'a> {
    fn field(&mut self, key: &[u8]) -> Option<&mut dyn Field<'a>> {
        let key = std::str::from_utf8(key).ok()?;
        let known = self.items.iter().position(|(model, _)| model == key);
        let index = known.unwrap_or_else(|| {
            self.items.push((key.to_owned(), ModelTotals::default()));
            self.items.len() - 1
        });
        self.items.get_mut(index).map(|(_, totals)| totals as &mut dyn Field<'a>)
    }

    fn presence_mut(&mut self) -> &mut Presence {
        &mut self.presence
    }
}

impl<'a> Field<'a> for PerModel<'a> {
    fn slot(&mut self) -> Slot<'_, 'a> {
        Slot::Object(self)
    }

    fn presence(&self) -> Presence {
        self.presence
    }
}
