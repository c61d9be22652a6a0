use leptos::prelude::*;
#[component]
pub fn Frame() -> impl IntoView { view! { <p>"frame"</p> } }
