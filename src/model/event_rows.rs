//! Events as an index keeps them, and what their calls were asked.

use super::{Event, EventKind, NO_LINK, Span, StrId, Timestamp};

/// What a call was asked, as far as the index holds it: whether it was the same as another call, and which file it names
/// (analytics.md §13). A call that names several files has one of these for each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Asked {
    /// The call.
    pub event: u32,
    /// The same for equal inputs of one source; counted from 1.
    pub input: u32,
    /// The same for equal paths of one source; counted from 1, 0 for none.
    pub file: u32,
}

/// An event without room for what is absent.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Row {
    at: i64,
    offset: u64,
    len: u32,
    line: u32,
    duration: u32,
    name: u32,
    model: u32,
    link: u32,
    context: u32,
    output: u32,
    part: u16,
    block: u16,
    kind: u8,
    flags: u8,
}

// DESIGN §3 allows 96.
const _: () = assert!(size_of::<Row>() == 56);

/// The events of a source in file order: 56 bytes each, and 12 more for a call. They stand in blocks, so that no event is
/// copied when more come, and growing never takes twice the room.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct EventRows {
    /// All but the last are full.
    blocks: Vec<Vec<Row>>,
    /// In order of events.
    asked: Vec<Asked>,
}

/// Events a block: 448 KB.
const BLOCK: usize = 8192;
const NIL_TIME: i64 = i64::MIN;
const NIL: u32 = u32::MAX;

fn nil(value: Option<u32>) -> u32 {
    value.map_or(NIL, |value| value.min(NIL - 1))
}

fn some(value: u32) -> Option<u32> {
    (value != NIL).then_some(value)
}

impl Row {
    fn of(event: &Event) -> Self {
        Self {
            at: event.at.map_or(NIL_TIME, Timestamp::nanos),
            offset: event.span.offset,
            len: event.span.len,
            line: event.line,
            duration: nil(event.duration_ms),
            name: event.name.0,
            model: event.model.0,
            link: event.link,
            context: nil(event.context),
            output: nil(event.output),
            part: event.part,
            block: event.block,
            kind: event.kind as u8,
            flags: event.flags,
        }
    }

    fn event(&self) -> Option<Event> {
        Some(Event {
            kind: EventKind::from_number(self.kind)?,
            flags: self.flags,
            part: self.part,
            block: self.block,
            at: self.time(),
            duration_ms: some(self.duration),
            span: Span { offset: self.offset, len: self.len },
            line: self.line,
            name: StrId(self.name),
            model: StrId(self.model),
            link: self.link,
            context: some(self.context),
            output: some(self.output),
        })
    }

    fn time(&self) -> Option<Timestamp> {
        (self.at != NIL_TIME).then(|| Timestamp::from_nanos(self.at))
    }
}

impl EventRows {
    pub fn len(&self) -> usize {
        let full = self.blocks.len().saturating_sub(1) * BLOCK;
        full + self.blocks.last().map_or(0, Vec::len)
    }

    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    fn row(&self, index: u32) -> Option<&Row> {
        self.blocks.get(index as usize / BLOCK)?.get(index as usize % BLOCK)
    }

    /// Changes an earlier event, if it is there.
    fn change(&mut self, index: u32, change: impl FnOnce(&mut Row)) {
        let block = self.blocks.get_mut(index as usize / BLOCK);
        if let Some(row) = block.and_then(|block| block.get_mut(index as usize % BLOCK)) {
            change(row);
        }
    }

    /// Appends and returns the index.
    pub fn push(&mut self, event: Event) -> u32 {
        let index = self.len() as u32;
        if (index as usize).is_multiple_of(BLOCK) {
            // A small source needs no whole block.
            self.blocks.push(Vec::with_capacity(if index == 0 { 0 } else { BLOCK }));
        }
        if let Some(last) = self.blocks.last_mut() {
            last.push(Row::of(&event));
        }
        index
    }

    /// The event at an index.
    pub fn get(&self, index: u32) -> Option<Event> {
        self.row(index)?.event()
    }

    /// Notes what a call was asked. Calls come in their order.
    pub fn push_asked(&mut self, asked: Asked) {
        if self.asked.last().is_none_or(|last| last.event <= asked.event) {
            self.asked.push(asked);
        }
    }

    /// What calls were asked, in their order.
    pub fn asked(&self) -> &[Asked] {
        &self.asked
    }

    /// What the call at an index was asked; empty where nobody knows.
    pub fn asked_of(&self, index: u32) -> &[Asked] {
        let from = self.asked.partition_point(|asked| asked.event < index);
        let own = self.asked.get(from..).unwrap_or_default();
        own.get(..own.iter().take_while(|asked| asked.event == index).count()).unwrap_or_default()
    }

    /// When the event at an index was.
    pub fn at(&self, index: u32) -> Option<Timestamp> {
        self.row(index)?.time()
    }

    /// What the event at an index is called.
    pub fn name(&self, index: u32) -> StrId {
        self.row(index).map_or(StrId::NONE, |row| StrId(row.name))
    }

    /// The event that the one at an index completes.
    pub fn link(&self, index: u32) -> u32 {
        self.row(index).map_or(NO_LINK, |row| row.link)
    }

    /// How long the event at an index took, milliseconds.
    pub fn duration_ms(&self, index: u32) -> Option<u32> {
        some(self.row(index)?.duration)
    }

    /// All events in file order, with their indexes.
    pub fn iter(&self) -> impl Iterator<Item = (u32, Event)> + '_ {
        (0u32..).zip(self.blocks.iter().flatten()).filter_map(|(index, row)| Some((index, row.event()?)))
    }

    /// Changes what an earlier event stands for (only the end of the log tells).
    pub fn set_kind(&mut self, index: u32, kind: EventKind) {
        self.change(index, |row| row.kind = kind as u8);
    }

    /// Sets a flag of an earlier event (a result arrived and says that the call failed).
    pub fn set_flag(&mut self, index: u32, flag: u8) {
        self.change(index, |row| row.flags |= flag);
    }

    /// Moves an event to another part of its source (only the end of the log tells which branch it is on).
    pub fn set_part(&mut self, index: u32, part: u16) {
        self.change(index, |row| row.part = part);
    }

    /// Sets what the request of an earlier event used: prompt size and generated tokens.
    pub fn set_tokens(&mut self, index: u32, context: Option<u32>, output: Option<u32>) {
        self.change(index, |row| (row.context, row.output) = (nil(context), nil(output)));
    }

    /// Names the event that belongs to an earlier one.
    pub fn set_link(&mut self, index: u32, link: u32) {
        self.change(index, |row| row.link = link);
    }

    /// Sets the duration of an earlier event, milliseconds.
    pub fn set_duration(&mut self, index: u32, duration_ms: u32) {
        self.change(index, |row| row.duration = duration_ms.min(NIL - 1));
    }

    /// Takes over where the lines of events stand from those of a log that begins with the same events.
    pub fn place_as(&mut self, log: &Self) {
        let placed = self.blocks.iter_mut().flatten().zip(log.blocks.iter().flatten());
        placed.for_each(|(own, row)| (own.offset, own.len) = (row.offset, row.len));
    }

    /// Gives back what growing reserved, once no more events come.
    pub fn shrink(&mut self) {
        if let Some(last) = self.blocks.last_mut() {
            last.shrink_to_fit();
        }
        self.blocks.shrink_to_fit();
        self.asked.shrink_to_fit();
    }
}
