//! What a plain reading of each line finds is found.

mod lines;
mod typed;
