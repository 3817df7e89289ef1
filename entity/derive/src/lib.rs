//! Derives reading of rows into the structs of `plenary-entity` by column position.

use proc_macro::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Error, Fields, GenericArgument, PathArguments, Type, parse_macro_input};

/// Implements `Decode` for the struct of a row: the first field is in the first column, and so on.
#[proc_macro_derive(Decode)]
pub fn decode(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    let name = &input.ident;
    let Data::Struct(data) = &input.data else {
        return Error::new_spanned(name, "only a struct has columns").into_compile_error().into();
    };
    let Fields::Named(fields) = &data.fields else {
        return Error::new_spanned(name, "columns have names").into_compile_error().into();
    };
    let columns = fields.named.iter().enumerate().map(|(place, field)| {
        let (name, ty) = (&field.ident, &field.ty);
        match within_option(ty) {
            Some(ty) => quote! { #name: cells.optional::<#ty>(#place)? },
            None => quote! { #name: cells.required::<#ty>(#place)? },
        }
    });
    quote! {
        impl crate::decode::Decode for #name {
            fn decode(cells: crate::decode::Cells<'_>) -> ::std::result::Result<Self, ::sea_orm::DbErr> {
                Ok(Self { #(#columns,)* })
            }
        }
    }
    .into()
}

/// The `T` of an `Option<T>`.
fn within_option(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|segment| segment.ident == "Option")?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first()? {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    }
}
