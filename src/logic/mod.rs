//! Pure questions to what was read, and their answers. Knows no log dialect, no output format and no clock.

pub mod format;
pub mod routing;
pub mod usage;
pub mod window;
