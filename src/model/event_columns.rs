//! Events as a struct of arrays, and what their calls were asked.

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

/// Events as a struct of arrays: 54 bytes an event and 12 more a call (DESIGN §3 allows 96), in file order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct EventColumns {
    kind: Vec<u8>,
    flags: Vec<u8>,
    part: Vec<u16>,
    block: Vec<u16>,
    at: Vec<i64>,
    duration: Vec<u32>,
    offset: Vec<u64>,
    len: Vec<u32>,
    line: Vec<u32>,
    name: Vec<u32>,
    model: Vec<u32>,
    link: Vec<u32>,
    context: Vec<u32>,
    output: Vec<u32>,
    /// In order of events.
    asked: Vec<Asked>,
}

const NIL_TIME: i64 = i64::MIN;
const NIL: u32 = u32::MAX;

impl EventColumns {
    pub fn len(&self) -> usize {
        self.kind.len()
    }

    pub fn is_empty(&self) -> bool {
        self.kind.is_empty()
    }

    /// Appends and returns the index.
    pub fn push(&mut self, event: Event) -> u32 {
        let index = self.kind.len() as u32;
        let nil = |value: Option<u32>| value.map_or(NIL, |value| value.min(NIL - 1));
        self.kind.push(event.kind as u8);
        self.flags.push(event.flags);
        self.part.push(event.part);
        self.block.push(event.block);
        self.at.push(event.at.map_or(NIL_TIME, Timestamp::nanos));
        self.duration.push(nil(event.duration_ms));
        self.offset.push(event.span.offset);
        self.len.push(event.span.len);
        self.line.push(event.line);
        self.name.push(event.name.0);
        self.model.push(event.model.0);
        self.link.push(event.link);
        self.context.push(nil(event.context));
        self.output.push(nil(event.output));
        index
    }

    /// The event at an index.
    pub fn get(&self, index: u32) -> Option<Event> {
        let i = index as usize;
        let number = |column: &[u32]| column.get(i).copied().filter(|value| *value != NIL);
        Some(Event {
            kind: EventKind::from_number(*self.kind.get(i)?)?,
            flags: *self.flags.get(i)?,
            part: *self.part.get(i)?,
            block: *self.block.get(i)?,
            at: self.at.get(i).copied().filter(|at| *at != NIL_TIME).map(Timestamp::from_nanos),
            duration_ms: number(&self.duration),
            span: Span { offset: *self.offset.get(i)?, len: *self.len.get(i)? },
            line: *self.line.get(i)?,
            name: StrId(*self.name.get(i)?),
            model: StrId(*self.model.get(i)?),
            link: *self.link.get(i)?,
            context: number(&self.context),
            output: number(&self.output),
        })
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
        self.at.get(index as usize).copied().filter(|at| *at != NIL_TIME).map(Timestamp::from_nanos)
    }

    /// What the event at an index is called.
    pub fn name(&self, index: u32) -> StrId {
        self.name.get(index as usize).map_or(StrId::NONE, |name| StrId(*name))
    }

    /// The event that the one at an index completes.
    pub fn link(&self, index: u32) -> u32 {
        self.link.get(index as usize).copied().unwrap_or(NO_LINK)
    }

    /// How long the event at an index took, milliseconds.
    pub fn duration_ms(&self, index: u32) -> Option<u32> {
        self.duration.get(index as usize).copied().filter(|duration| *duration != NIL)
    }

    /// All events in file order, with their indexes.
    pub fn iter(&self) -> impl Iterator<Item = (u32, Event)> + '_ {
        (0..self.len() as u32).filter_map(|index| Some((index, self.get(index)?)))
    }

    /// Changes what an earlier event stands for (only the end of the log tells).
    pub fn set_kind(&mut self, index: u32, kind: EventKind) {
        if let Some(slot) = self.kind.get_mut(index as usize) {
            *slot = kind as u8;
        }
    }

    /// Sets a flag of an earlier event (a result arrived and says that the call failed).
    pub fn set_flag(&mut self, index: u32, flag: u8) {
        if let Some(flags) = self.flags.get_mut(index as usize) {
            *flags |= flag;
        }
    }

    /// Moves an event to another part of its source (only the end of the log tells which branch it is on).
    pub fn set_part(&mut self, index: u32, part: u16) {
        if let Some(slot) = self.part.get_mut(index as usize) {
            *slot = part;
        }
    }

    /// Sets what the request of an earlier event used: prompt size and generated tokens.
    pub fn set_tokens(&mut self, index: u32, context: Option<u32>, output: Option<u32>) {
        let nil = |value: Option<u32>| value.map_or(NIL, |value| value.min(NIL - 1));
        if let (Some(slot), Some(other)) = (self.context.get_mut(index as usize), self.output.get_mut(index as usize)) {
            (*slot, *other) = (nil(context), nil(output));
        }
    }

    /// Names the event that belongs to an earlier one.
    pub fn set_link(&mut self, index: u32, link: u32) {
        if let Some(slot) = self.link.get_mut(index as usize) {
            *slot = link;
        }
    }

    /// Sets the duration of an earlier event, milliseconds.
    pub fn set_duration(&mut self, index: u32, duration_ms: u32) {
        if let Some(slot) = self.duration.get_mut(index as usize) {
            *slot = duration_ms.min(NIL - 1);
        }
    }

    /// Takes over where the lines of events stand from those of a log that begins with the same events.
    pub fn place_as(&mut self, log: &Self) {
        self.offset.iter_mut().zip(&log.offset).for_each(|(own, place)| *own = *place);
        self.len.iter_mut().zip(&log.len).for_each(|(own, len)| *own = *len);
    }

    /// Makes room for so many events at once.
    pub fn reserve(&mut self, events: usize) {
        let Self {
            kind,
            flags,
            part,
            block,
            at,
            duration,
            offset,
            len,
            line,
            name,
            model,
            link,
            context,
            output,
            asked: _,
        } = self;
        [kind, flags].into_iter().for_each(|column| column.reserve_exact(events));
        [part, block].into_iter().for_each(|column| column.reserve_exact(events));
        let numbers = [duration, len, line, name, model, link, context, output];
        numbers.into_iter().for_each(|column| column.reserve_exact(events));
        at.reserve_exact(events);
        offset.reserve_exact(events);
    }

    /// Gives back what growing reserved, once no more events come.
    pub fn shrink(&mut self) {
        self.kind.shrink_to_fit();
        self.flags.shrink_to_fit();
        self.part.shrink_to_fit();
        self.block.shrink_to_fit();
        self.at.shrink_to_fit();
        self.duration.shrink_to_fit();
        self.offset.shrink_to_fit();
        self.len.shrink_to_fit();
        self.line.shrink_to_fit();
        self.name.shrink_to_fit();
        self.model.shrink_to_fit();
        self.link.shrink_to_fit();
        self.context.shrink_to_fit();
        self.output.shrink_to_fit();
        self.asked.shrink_to_fit();
    }
}
