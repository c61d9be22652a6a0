//! `#[derive(Wire)]`: implements `model::Wire`, fields in their order, an enum by the number of its variant in a byte.
//! `#[wire(skip)]` on a field of a struct with names: it does not travel, and arrives as its default.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Data, DeriveInput, Error, Field, Fields, Ident, parse_macro_input, parse_quote};

/// See the crate.
#[proc_macro_derive(Wire, attributes(wire))]
pub fn wire(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    implementation(input).unwrap_or_else(Error::into_compile_error).into()
}

fn implementation(mut input: DeriveInput) -> syn::Result<TokenStream> {
    for parameter in input.generics.type_params_mut() {
        parameter.bounds.push(parse_quote!(crate::model::Wire));
    }
    let (put, take) = match &input.data {
        Data::Struct(data) => {
            let (pattern, puts, made) = shape(&quote!(Self), &data.fields)?;
            (quote!(let #pattern = self; #puts), made)
        }
        Data::Enum(data) => variants(data)?,
        Data::Union(_) => return Err(Error::new_spanned(&input.ident, "a union cannot travel")),
    };
    let name = &input.ident;
    let (parameters, arguments, bounds) = input.generics.split_for_impl();
    Ok(quote! {
        impl #parameters crate::model::Wire for #name #arguments #bounds {
            fn put(&self, to: &mut crate::model::Writer) {
                #put
            }

            fn take(from: &mut crate::model::Reader<'_>) -> Self {
                #take
            }
        }
    })
}

/// How an enum is written and read. What no variant has for its number is the first one, and a failure.
fn variants(data: &syn::DataEnum) -> syn::Result<(TokenStream, TokenStream)> {
    let (mut puts, mut takes) = (TokenStream::new(), TokenStream::new());
    let count = u8::try_from(data.variants.len())
        .map_err(|_| Error::new_spanned(&data.variants, "more variants than a byte can tell apart"))?;
    for (number, variant) in (0..count).zip(&data.variants) {
        let name = &variant.ident;
        let (pattern, fields, made) = shape(&quote!(Self::#name), &variant.fields)?;
        puts.extend(quote!(#pattern => { to.byte(#number); #fields }));
        takes.extend(if number + 1 == count { quote!(_ => #made,) } else { quote!(#number => #made,) });
    }
    Ok((quote!(match self { #puts }), quote!(match from.variant(#count) { #takes })))
}

/// A pattern that binds the fields, the calls that write them, and the expression that reads them.
fn shape(path: &TokenStream, fields: &Fields) -> syn::Result<(TokenStream, TokenStream, TokenStream)> {
    let (mut pattern, mut puts, mut takes) = (TokenStream::new(), TokenStream::new(), TokenStream::new());
    for (number, field) in fields.iter().enumerate() {
        let bound = format_ident!("field_{number}");
        let name = name_of(field, number);
        if is_skipped(field)? {
            pattern.extend(quote!(#name: _,));
            takes.extend(quote!(#name: Default::default(),));
        } else {
            pattern.extend(quote!(#name: #bound,));
            puts.extend(quote!(crate::model::Wire::put(#bound, to);));
            takes.extend(quote!(#name: crate::model::Wire::take(from),));
        }
    }
    Ok((quote!(#path { #pattern }), puts, quote!(#path { #takes })))
}

fn name_of(field: &Field, number: usize) -> TokenStream {
    match &field.ident {
        Some(name) => quote!(#name),
        None => {
            let number = syn::Index::from(number);
            quote!(#number)
        }
    }
}

fn is_skipped(field: &Field) -> syn::Result<bool> {
    match field.attrs.iter().find(|attribute| attribute.path().is_ident("wire")) {
        None => Ok(false),
        Some(attribute) => match attribute.parse_args::<Ident>()? {
            word if word == "skip" => Ok(true),
            word => Err(Error::new(word.span(), "unknown; only `skip` is known")),
        },
    }
}
