//! The guard: what it admits and rejects, at the boundary of each limit.

use confique::Config;
use plenary::{
    config::Limits,
    error::{Code, Fault},
    guard::{AdmissionRequest, Admitted, Guard},
    schema,
};
use serde_json::{Value, json};

/// The defaults.
pub fn limits() -> Limits {
    Limits::builder().load().expect("each limit has a default")
}

fn guard(change: impl FnOnce(&mut Limits)) -> Guard {
    let mut limits = limits();
    change(&mut limits);
    Guard::new(&limits, &schema::sdl(), true)
}

/// Asks without signing in. Of several errors it gives the first.
pub fn ask(guard: &Guard, document: &str, variables: Value) -> Result<Admitted, Fault> {
    ask_as(guard, (document, None), variables, false)
}

/// Asks for one of the operations of a document.
pub fn ask_as(
    guard: &Guard,
    (document, operation_name): (&str, Option<&str>),
    variables: Value,
    signed_in: bool,
) -> Result<Admitted, Fault> {
    let variables = variables.as_object().cloned().unwrap_or_default();
    let admitted = guard.admit(AdmissionRequest { document, operation_name, variables, signed_in });
    admitted.map_err(|rejection| rejection.faults.into_iter().next().expect("a refusal says why"))
}

/// The messages of all errors of a document.
fn messages(guard: &Guard, document: &str) -> Vec<String> {
    let asked =
        AdmissionRequest { document, operation_name: None, variables: serde_json::Map::new(), signed_in: false };
    let faults = guard.admit(asked).err().map(|rejection| rejection.faults).unwrap_or_default();
    faults.into_iter().map(|fault| fault.message.into_owned()).collect()
}

#[track_caller]
fn refused(answer: Result<Admitted, Fault>, code: Code, message: &str) {
    let fault = answer.map(|_| ()).expect_err(message);
    assert_eq!(fault.code, code, "{}", fault.message);
    assert!(fault.message.contains(message), "{}", fault.message);
}

#[track_caller]
fn over(answer: Result<Admitted, Fault>, message: &str) {
    refused(answer, Code::LimitExceeded, message);
}

/// Refuses each of some documents with its variables, for a reason that contains a text.
#[track_caller]
fn all_refused(guard: &Guard, code: Code, cases: &[(&str, Value, &str)]) {
    let mut faults = Vec::new();
    for (document, variables, message) in cases {
        match ask(guard, document, variables.clone()) {
            Ok(_) => faults.push(format!("{document} {variables}: admitted")),
            Err(fault) if fault.code != code || !fault.message.contains(message) => {
                faults.push(format!("{document} {variables}: {} {}", fault.code.as_str(), fault.message));
            }
            Err(_) => {}
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[track_caller]
fn all_wrong(cases: &[(&str, &str)]) {
    let cases: Vec<_> = cases.iter().map(|(document, message)| (*document, json!({}), *message)).collect();
    all_refused(&guard(|_| {}), Code::BadUserInput, &cases);
}

/// A guard for a schema with inputs that the real one does not have.
fn other_schema(change: impl FnOnce(&mut Limits)) -> Guard {
    let mut limits = limits();
    change(&mut limits);
    let sdl = "
        type Query {
            find(by: Which, in: Box, among: [[Int!]], n: Int = 3, all: [Which!]): Int
            x: Float
            y(f: Float, s: String, b: Boolean, id: ID, n: Int! = 1, m: [Int!]! = [1], p: Int!): Int
        }
        type Mutation { add(n: Int! = 1): Int }
        input Which @oneOf { id: ID name: String box: Box }
        input Box { size: Int! = 1 color: Color! label: String which: Which float: Float flag: Boolean }
        enum Color { RED GREEN }
        schema { query: Query mutation: Mutation }";
    Guard::new(&limits, sdl, true)
}

fn typenames(count: usize) -> String {
    (0..count).map(|number| format!("a{number}:__typename ")).collect()
}

#[test]
fn bytes_are_limited() {
    let guard = guard(|limits| limits.document_bytes = 20);
    assert!(ask(&guard, "{ __typename       }", json!({})).is_ok());
    over(ask(&guard, "{ __typename        }", json!({})), "The document has 21 bytes, but at most 20 are allowed.");
}

#[test]
fn tokens_are_limited_including_ignored_ones() {
    let guard = guard(|limits| limits.tokens = 8);
    for fits in ["{ a:__typename }", "{ __typename,# x\n}"] {
        assert!(ask(&guard, fits, json!({})).is_ok(), "{fits}");
    }
    for too_many in ["{ a: __typename b: __typename }", "{,,,,,,,, __typename }", "{ #\n#\n#\n#\n#\n __typename }"] {
        over(ask(&guard, too_many, json!({})), "The document has more than 8 tokens, which is the limit.");
    }
}

#[test]
fn nesting_is_limited() {
    let guard = guard(|limits| (limits.tokens, limits.document_bytes, limits.nesting) = (1_000_000, 1_000_000, 10));
    let values = |depth: usize| format!("{{ nodes(ids: {}\"x\"{}) {{ id }} }}", "[".repeat(depth), "]".repeat(depth));
    let types = |depth: usize| format!("query($a: {}Int{}) {{ id }}", "[".repeat(depth), "]".repeat(depth));
    let fields = |depth: usize| format!("{}id{}", "{node".repeat(depth), "}".repeat(depth));
    let inline = |depth: usize| format!("{{ {}id{} }}", "...{".repeat(depth), "}".repeat(depth));
    for nested in [values, types, fields, inline] {
        let at_the_limit = messages(&guard, &nested(7));
        assert!(!at_the_limit.iter().any(|message| message.contains("nested")), "{at_the_limit:?}");
        for depth in [11, 100, 1_000, 10_000] {
            over(
                ask(&guard, &nested(depth), json!({})),
                "The document is nested more than 10 levels deep, which is the limit.",
            );
        }
    }
}

#[test]
fn the_deepest_allowed_document_fits_the_stack() {
    let guard = guard(|limits| (limits.field_depth, limits.nesting) = (256, 256));
    let (open, close) = ("{a:".repeat(250), "}".repeat(250));
    let lists = format!("{}Int{}", "[".repeat(254), "]".repeat(254));
    let editions = format!("{{event(slug:\"a\"){}{{id}}{}}}", "{nextEdition".repeat(240), "}".repeat(240));
    for document in [
        format!("{{ a(x: {open}1{close}) }}"),
        format!("query($a: {lists}) {{ __typename }}"),
        format!("query($a: Int = {open}1{close}) {{ __typename @d(x: {open}1{close}) }}"),
        format!("{}a{}", "{a".repeat(255), "}".repeat(255)),
        format!("{}id{}", "{...".repeat(255), "}".repeat(255)),
        editions,
    ] {
        let _ = ask(&guard, &document, json!({}));
    }
}

#[test]
fn the_depth_of_fields_is_limited() {
    let nested = |depth: usize| {
        let fields = "{ nextEdition ".repeat(depth - 2);
        format!("{{ event(slug: \"a\") {fields} {{ slug }} {} }}", "}".repeat(depth - 2))
    };
    let guard = guard(|_| {});
    assert_eq!(ask(&guard, &nested(20), json!({})).expect("20 are fine").depth, 20);
    over(ask(&guard, &nested(21), json!({})), "The operation nests fields 21 levels deep, but at most 20 are allowed.");
}

#[test]
fn root_fields_are_limited_by_distinct_response_names() {
    let guard = guard(|_| {});
    assert!(ask(&guard, &format!("{{ {0} {0} }}", typenames(50)), json!({})).is_ok());
    let many = format!("{{ {} ...F }} fragment F on Query {{ b: __typename }}", typenames(50));
    over(ask(&guard, &many, json!({})), "The operation has 51 root fields, but at most 50 are allowed.");
}

#[test]
fn operations_are_limited() {
    let guard = guard(|_| {});
    let operations = |count: usize| (0..count).map(|n| format!("query A{n} {{ __typename }} ")).collect::<String>();
    assert!(ask_as(&guard, (&operations(20), Some("A19")), json!({}), false).is_ok());
    over(ask(&guard, &operations(21), json!({})), "The document has 21 operations, but at most 20 are allowed.");
}

#[test]
fn fields_are_limited_after_fragments_are_applied_to_object_types() {
    let guard = guard(|limits| limits.fields = 6);
    let document = "{ event(slug: \"a\") { ...F ...F } } fragment F on Event { slug title id MORE }";
    assert!(ask(&guard, &document.replace("MORE", "version a: id"), json!({})).is_ok());
    let more = "The operation selects more than 6 fields";
    over(ask(&guard, &document.replace("MORE", "version id slug"), json!({})), more);
    assert!(ask(&guard, "{ node(id: 1) { ... on Event { id title } ... on Topic { id title } } }", json!({})).is_ok());
    over(ask(&guard, "{ node(id: 1) { id } }", json!({})), more);
    let skipped = "{ event(slug: \"a\") { slug slug slug slug slug slug @skip(if: true) } }";
    assert!(ask(&guard, skipped, json!({})).is_ok());
}

fn estimate(document: &str, variables: Value) -> u64 {
    ask(&guard(|_| {}), document, variables).unwrap_or_else(|fault| panic!("{document}: {}", fault.message)).estimate
}

#[test]
fn a_page_is_estimated_with_its_size() {
    // One is the page itself.
    for (arguments, objects) in [
        ("(first: 10)", 11),
        ("(last: 10)", 11),
        ("(first: 10, last: 20)", 21),
        ("", 21),
        ("(first: null)", 21),
        ("(first: 0)", 1),
        ("(first: -1)", 1),
        ("(first: 100)", 101),
        ("(first: 101)", 101),
        ("(first: 2147483647)", 101),
        ("(first: $n)", 8),
    ] {
        let document = format!(
            "query($n: Int = 7) {{ events{arguments} {{ nodes {{ slug }} }} a: events(first: $n) @skip(if: true) {{ totalCount }} }}"
        );
        assert_eq!(estimate(&document, json!({})), objects, "{arguments}");
    }
    let document = "query($n: Int = 7) { events(first: $n) { nodes { slug } } }";
    assert_eq!(estimate(document, json!({ "n": 30 })), 31);
    assert_eq!(estimate(document, json!({ "n": null })), 21);
}

#[test]
fn estimates_multiply_page_sizes_and_apply_fragments() {
    let direct = "{ events(first: 10) { totalCount nodes { sessions(first: 5) { nodes { slug } } } } }";
    let spread = "{ events(first: 10) { ...P } } fragment P on EventConnection { totalCount ... { nodes { ...E } } }
                  fragment E on Event { sessions(first: 5) { ...S } } fragment S on SessionConnection { nodes { slug } }";
    for document in [direct, spread] {
        assert_eq!(estimate(document, json!({})), 1 + 10 + 10 + 50, "{document}");
    }
    assert_eq!(estimate("{ events(first: 10) { edges { cursor node { slug } } } }", json!({})), 21);
    assert_eq!(estimate("{ nodes(ids: [1, 2, 3]) { id } }", json!({})), 3);
    assert_eq!(estimate("{ nodes(ids: 1) { id } }", json!({})), 1);
    assert_eq!(estimate("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", json!({ "ids": [1, 2] })), 2);
    assert_eq!(estimate("{ event(slug: \"a\") { slug venues { role } } }", json!({})), 2);
}

#[test]
fn an_operation_with_too_many_objects_is_rejected_with_a_page_size_that_fits() {
    let guard = guard(|limits| limits.estimated_objects = 5_000);
    let document = "query($n: Int) { events(first: 100) { nodes { s: sessions(first: $n) { nodes { id } } } } }";
    over(
        ask(&guard, document, json!({ "n": 100 })),
        "The operation may return 10201 objects, but at most 5000 are allowed. Most come from `events.s` with 100 items \
         per page; 47 per page would fit.",
    );
    assert_eq!(ask(&guard, document, json!({ "n": 47 })).expect("47 fit").estimate, 4_901);
    over(ask(&guard, document, json!({ "n": 48 })), "may return 5001 objects");
    let deeper = "{ events(first: 100) { nodes { sessions(first: 100) { nodes { topics { sessions(first: 100) { nodes { id } } } } } } } }";
    over(ask(&guard, deeper, json!({})), "Most come from `events.sessions.topics.sessions`");
    assert_eq!(ask(&guard, &deeper.replace("100", "5"), json!({})).expect("short pages").pages["events.sessions"], 5);
}

#[test]
fn the_example_operations_are_far_below_the_limits() {
    let guard = guard(|_| {});
    for (name, document, variables) in crate::operations::with_variables() {
        let estimate = ask(&guard, document, variables).expect(name).estimate;
        println!("{name}: {estimate} objects");
        assert!(estimate < limits().estimated_objects as u64 / 3, "{name} may yield {estimate} objects");
    }
}

const INTROSPECTION: &str = "
    query IntrospectionQuery {
      __schema {
        description queryType { name kind } mutationType { name kind } subscriptionType { name kind }
        types { ...FullType }
        directives { name description isRepeatable locations args(includeDeprecated: true) { ...InputValue } }
      }
    }
    fragment FullType on __Type {
      kind name description specifiedByURL isOneOf
      fields(includeDeprecated: true) {
        name description args(includeDeprecated: true) { ...InputValue } type { ...TypeRef }
        isDeprecated deprecationReason
      }
      inputFields(includeDeprecated: true) { ...InputValue } interfaces { ...TypeRef }
      enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason }
      possibleTypes { ...TypeRef }
    }
    fragment InputValue on __InputValue {
      name description type { ...TypeRef } defaultValue isDeprecated deprecationReason
    }
    fragment TypeRef on __Type {
      kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name
      ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } } } }
    }";

#[test]
fn the_whole_schema_can_be_introspected() {
    let estimate = estimate(INTROSPECTION, json!({}));
    println!("introspection: {estimate} objects");
    assert!(estimate <= limits().objects as u64, "{estimate}");
}

#[test]
fn disabling_introspection_disables_suggestions() {
    let off = Guard::new(&limits(), &schema::sdl(), false);
    for document in [INTROSPECTION, "{ a: __type(name: \"Event\") { name } }", "{ __schema { __typename } }"] {
        refused(
            ask(&off, document, json!({})),
            Code::IntrospectionDisabled,
            "Introspection is disabled on this server.",
        );
    }
    assert!(ask(&off, "{ __typename event(slug: \"a\") { __typename } }", json!({})).is_ok());
    assert!(ask(&off, "{ __typename __schema @skip(if: true) { __typename } }", json!({})).is_ok());
    for (document, names) in [
        ("{ evnt(slug: \"a\") { id } }", ["event", "`event"]),
        ("{ event(slg: \"a\") { id } }", ["slug", "`slug"]),
        ("{ event { id } }", ["slug", "`slug"]),
        ("{ event(slug: \"a\") { titel } }", ["title", "acronym"]),
        ("{ events(filter: { status: 1 }) { totalCount } }", ["statuses", "countryCode"]),
        ("{ events(filter: { statuses: [PLANED] }) { totalCount } }", ["PLANNED", "DRAFT"]),
        ("{ events(orderBy: { field: STARTS_ON }) { totalCount } }", ["direction", "OrderDirection"]),
        ("{ node(id: 1) { title } }", ["Event", "Accomplishment"]),
        ("{ event(slug: \"a\") { schedule { slots { nodes { title } } } } }", ["session", "room"]),
        ("query($f: EventFiltr) { events(filter: $f) { totalCount } }", ["Did you mean", "EventFacts"]),
    ] {
        let messages = messages(&off, document);
        assert!(!messages.is_empty(), "{document}");
        for message in messages {
            assert!(!names.iter().any(|name| message.contains(name)), "{document}: {message}");
        }
    }
    for (of, argument, value, names) in [
        ("EventFilter", "filter", json!({ "nope": 1 }), ["attendanceModes", "countryCode"]),
        ("EventFilter", "filter", json!({ "statuses": ["NOPE"] }), ["DRAFT", "EventStatus"]),
        ("EventOrder", "orderBy", json!({ "field": "TITLE" }), ["direction", "OrderDirection"]),
        ("EventOrder", "orderBy", json!({ "field": null, "direction": "ASC" }), ["EventOrderField", "STARTS_ON"]),
    ] {
        let document = format!("query($v: {of}) {{ events({argument}: $v) {{ totalCount }} }}");
        let fault = ask(&off, &document, json!({ "v": value })).map(|_| ()).expect_err("a wrong value");
        assert!(names.iter().all(|name| !fault.message.contains(name)), "{}", fault.message);
    }
}

#[test]
fn signed_in_users_may_send_larger_mutations_but_not_queries() {
    let guard = other_schema(|_| {});
    let mutation = format!("mutation {{ {} }}", (0..150).map(|n| format!("a{n}: add(n: {n}) ")).collect::<String>());
    assert!(ask_as(&guard, (&mutation, None), json!({}), true).is_ok());
    over(ask_as(&guard, (&mutation, None), json!({}), false), "150 root fields, but at most 50 are allowed.");
    let padded = |kind: &str| format!("{kind} {{ __typename }} #{}", " ".repeat(20_000));
    let too_long = "bytes, but at most 16384 are allowed.";
    assert!(ask_as(&guard, (&padded("mutation"), None), json!({}), true).is_ok());
    over(ask_as(&guard, (&padded("query"), None), json!({}), true), too_long);
    over(ask_as(&guard, (&padded("mutation"), None), json!({}), false), too_long);
    let tokens = |kind: &str| format!("{kind} {{ __typename{} }}", " ,".repeat(4_000));
    over(ask_as(&guard, (&tokens("query"), None), json!({}), true), "tokens, but at most 5000 are allowed.");
    assert!(ask_as(&guard, (&tokens("mutation"), None), json!({}), true).is_ok());
    let both = format!("mutation M {{ add }} query Q {{ x{} }}", " ,".repeat(4_000));
    assert!(ask_as(&guard, (&both, Some("M")), json!({}), true).is_ok());
    over(ask_as(&guard, (&both, Some("Q")), json!({}), true), "tokens, but at most 5000 are allowed.");
    over(ask_as(&guard, (&both, Some("M")), json!({}), false), "tokens, but at most 5000 are allowed.");
    assert_eq!((guard.body_bytes(false), guard.body_bytes(true)), (262_144, 1_048_576));
}

#[test]
fn operation_name_selects_the_operation() {
    let guard = guard(|_| {});
    let two = "query A { a: __typename } query B { events(first: 50) { nodes { slug } } }";
    let named = |document: &str, name| ask_as(&guard, (document, name), json!({}), false);
    assert_eq!(named(two, Some("A")).expect("A").estimate, 0);
    assert_eq!(named(two, Some("B")).expect("B").estimate, 51);
    refused(named(two, None), Code::BadRequest, "has 2 operations; `operationName` must say which");
    refused(named(two, Some("C")), Code::BadRequest, "no operation named `C`");
    refused(named(two, Some("")), Code::BadRequest, "`operationName` is empty");
    refused(named("{ __typename }", Some("A")), Code::BadRequest, "no operation named `A`");
    assert!(named("query A { __typename }", None).is_ok());
}

#[test]
fn the_values_of_variables_are_checked() {
    let integer = "an integer from -2147483648 to 2147483647";
    let mut cases = Vec::new();
    for (of, used, value, message) in [
        (
            "Int",
            "a: events(first: $v) { totalCount }",
            json!(2_147_483_648_i64),
            "The variable `$v` is 2147483648, but must be",
        ),
        ("Int", "a: events(first: $v) { totalCount }", json!(1.5), integer),
        ("Int", "a: events(first: $v) { totalCount }", json!("1"), "`$v` is \"1\""),
        ("String!", "event(slug: $v) { id }", json!(null), "`$v` is null, but its type is `String!`"),
        ("String!", "event(slug: $v) { id }", json!(1), "`$v` is 1, but must be a string"),
        ("String!", "event(slug: $v) { id }", json!(["a"]), "`$v` is a list, but must be a string"),
        ("[ID!]!", "nodes(ids: $v) { id }", json!(["1", null]), "`$v[1]` is null"),
        ("[ID!]!", "nodes(ids: $v) { id }", json!([["1"]]), "`$v[0]` is a list"),
        ("ID!", "node(id: $v) { id }", json!(1.5), "must be an ID, which is a string"),
        ("ID!", "node(id: $v) { id }", json!(true), "must be an ID"),
        ("Boolean!", "__typename @skip(if: $v)", json!(0), "must be true or false"),
        (
            "EventFilter",
            "events(filter: $v) { totalCount }",
            json!({ "statuses": ["DRAFT", "PLANNED", "X"] }),
            "`$v.statuses[2]` is \"X\", but must be one of",
        ),
        (
            "EventFilter",
            "events(filter: $v) { totalCount }",
            json!({ "nope": 1 }),
            "`$v` has no field `nope`; it has attendanceModes,",
        ),
        (
            "EventFilter",
            "events(filter: $v) { totalCount }",
            json!({ "overlaps": { "from": "x" } }),
            "`$v.overlaps.from` is \"x\", but must be well formed",
        ),
        (
            "EventFilter",
            "events(filter: $v) { totalCount }",
            json!({ "overlaps": { "from": 1 } }),
            "`$v.overlaps.from` is 1",
        ),
        ("EventFilter", "events(filter: $v) { totalCount }", json!([]), "`$v` is a list, but must be an object"),
        ("EventFilter", "events(filter: $v) { totalCount }", json!("x"), "`$v` is \"x\", but must be an object"),
        (
            "EventOrder",
            "events(orderBy: $v) { totalCount }",
            json!({ "field": "TITLE" }),
            "`$v.direction` of type `OrderDirection!` requires a value",
        ),
        (
            "DateRange",
            "events(filter: { overlaps: $v }) { totalCount }",
            json!({ "to": "2021-02-30" }),
            "a Date is a calendar date that exists",
        ),
        (
            "DateTime",
            "event(slug: \"a\") { schedule { now(at: $v) { id } } }",
            json!("2021-09-20"),
            "is \"2021-09-20\", but must be well formed: a DateTime is",
        ),
        (
            "TimeZone",
            "slot: node(id: 1) { ... on Slot { localEnd(timeZone: $v) } }",
            json!("Nowhere/City"),
            "a TimeZone is",
        ),
    ] {
        cases.push((format!("query($v: {of}) {{ {used} }}"), json!({ "v": value }), message));
    }
    cases.push((
        "query($v: [EventStatus!]!) { events(filter: { statuses: $v }) { totalCount } }".into(),
        json!({}),
        "The variable `$v` of type `[EventStatus!]!` requires a value.",
    ));
    cases.push((
        "query($v: Date = \"2021-02-30\") { events(filter: { overlaps: { from: $v } }) { totalCount } }".into(),
        json!({}),
        "`$v` is \"2021-02-30\"",
    ));
    let cases: Vec<_> =
        cases.iter().map(|(document, value, message)| (document.as_str(), value.clone(), *message)).collect();
    all_refused(&guard(|_| {}), Code::BadUserInput, &cases);
    let document = "\nquery($v: Int) { events(first: $v) { totalCount } }";
    let fault = ask(&guard(|_| {}), document, json!({ "v": "x" })).map(|_| ()).expect_err("no number");
    assert_eq!(places(&fault), [(2, 7)]);
}

#[test]
fn valid_variables_are_accepted_and_unknown_ones_ignored() {
    let guard = other_schema(|_| {});
    for (of, used, value) in [
        ("Int!", "y(p: $v)", json!(-2_147_483_648_i64)),
        ("Float", "y(p: 1, f: $v)", json!(1)),
        ("Float", "y(p: 1, f: $v)", json!(1.5)),
        ("ID", "y(p: 1, id: $v)", json!(12)),
        ("ID", "y(p: 1, id: $v)", json!(u64::MAX)),
        ("[Int!]!", "y(p: 1, m: $v)", json!(1)),
        ("[[Int!]]", "find(among: $v)", json!([[1, 2], null])),
        ("Box", "find(in: $v)", json!({ "color": "RED", "which": null, "float": 1 })),
        ("Box", "find(in: $v)", json!(null)),
    ] {
        let document = format!("query($v: {of}) {{ {used} }}");
        let admitted = ask(&guard, &document, json!({ "v": value, "other": [{}] }));
        assert!(admitted.is_ok(), "{document} {value}: {:?}", admitted.map(|_| ()));
    }
    assert!(ask(&guard, "query($v: Int! = 1) { y(p: $v) }", json!({})).is_ok());
    assert!(ask(&guard, "query($v: Int = 1) { y(p: $v) }", json!({})).is_ok());
    assert!(ask(&guard, "query($v: Int) { y(p: 1, n: $v) }", json!({})).is_ok());
    let null = json!({ "v": null });
    refused(
        ask(&guard, "query($v: Int) { y(p: 1, n: $v) }", null.clone()),
        Code::BadUserInput,
        "The argument `n` is null",
    );
    refused(
        ask(&guard, "query($v: Int = 1) { y(p: $v) }", null.clone()),
        Code::BadUserInput,
        "The argument `p` is null",
    );
    refused(ask(&guard, "query($v: [Int!]) { y(p: 1, m: $v) }", null), Code::BadUserInput, "The argument `m` is null");
}

#[test]
fn a_json_number_without_a_fraction_is_an_integer() {
    let document = "query($n: Int, $among: [[Int!]], $in: Box) { find(n: $n, among: $among, in: $in) }";
    let guard = other_schema(|_| {});
    for (sent, read) in
        [("1.0", "1"), ("-0.0", "0"), ("1e2", "100"), ("2147483647.0", "2147483647"), ("-2147483648.0", "-2147483648")]
    {
        let variables = serde_json::from_str(&format!("{{\"n\": {sent}, \"among\": [[{sent}]]}}")).expect("JSON");
        let admitted = ask(&guard, document, variables).expect(sent);
        assert_eq!(crate::planning::print(&admitted.fields), format!("{{find(n:{read} among:[[{read}]])}}"));
    }
    for wrong in ["1.5", "2147483648.0", "1e300", "-2147483649.0"] {
        let variables = serde_json::from_str(&format!("{{\"n\": {wrong}}}")).expect("JSON");
        refused(ask(&guard, document, variables), Code::BadUserInput, "must be an integer");
    }
    refused(
        ask(&guard, "{ find(n: 1.0) }", json!({})),
        Code::BadUserInput,
        "expected value of type Int, found a float",
    );
}

#[test]
fn literals_are_checked_in_fragments_too() {
    for (arguments, message) in [
        (
            "filter: { overlaps: { from: \"2021-02-30\" } }",
            "The argument `filter.overlaps.from` is \"2021-02-30\", but must be well formed: a Date is",
        ),
        ("filter: { overlaps: { from: 3 } }", "The argument `filter.overlaps.from` is 3"),
        ("filter: { overlaps: { from: [\"2021-02-03\"] } }", "The argument `filter.overlaps.from` is a list"),
        ("first: 3000000000", "32-bit"),
        ("first: \"1\"", "expected value of type Int, found a string"),
        ("first: 1.5", "expected value of type Int"),
        ("first: true", "expected value of type Int"),
        ("first: [1]", "expected value of type Int"),
        ("first: {a: 1}", "expected value of type Int"),
        ("first: A", "expected value of type Int"),
        ("filter: { statuses: [DRAFT, NOPE] }", "`NOPE` does not exist on `EventStatus`"),
        ("filter: { statuses: \"DRAFT\" }", "EventStatus!], found a string"),
        ("filter: { seriesId: [1] }", "expected value of type ID"),
        ("filter: 1", "expected value of type EventFilter"),
        (
            "filter: { countryCode: \"IE\", countryCode: \"IS\" }",
            "The argument `filter` has the field `countryCode` more than once.",
        ),
        ("first: 1, first: 2", "`first` is provided multiple times"),
        ("orderBy: { field: STARTS_ON }", "direction` is not provided"),
        ("orderBy: { field: null, direction: ASC }", "`EventOrder.field` is not provided"),
    ] {
        let direct = format!("{{ events({arguments}) {{ totalCount }} }}");
        let within = format!("{{ ...F }} fragment F on Query {{ ... {{ events({arguments}) {{ totalCount }} }} }}");
        all_wrong(&[(&direct, message), (&within, message)]);
    }
}

#[test]
fn valid_literals_of_custom_scalars_are_accepted() {
    let guard = guard(|_| {});
    for document in [
        "{ events(filter: { overlaps: { from: \"2021-02-28\", to: null } }) { totalCount } }",
        "{ event(slug: \"a\") { schedule { now(at: \"2021-09-20T10:00:00-03:00\") { id } } } }",
        "{ node(id: 1) { ... on Slot { localEnd(timeZone: \"Europe/Dublin\") } } }",
    ] {
        assert!(ask(&guard, document, json!({})).is_ok(), "{document}");
    }
}

#[test]
fn an_enum_is_a_name_in_the_document_and_a_string_in_variables() {
    let guard = guard(|_| {});
    assert!(ask(&guard, "{ events(filter: { statuses: [DRAFT] }) { totalCount } }", json!({})).is_ok());
    let document = "query($s: [EventStatus!]) { events(filter: { statuses: $s }) { totalCount } }";
    assert!(ask(&guard, document, json!({ "s": ["DRAFT"] })).is_ok());
    all_wrong(&[
        ("{ events(filter: { statuses: [\"DRAFT\"] }) { totalCount } }", "expected value of type"),
        (
            "query($s: [EventStatus!] = [\"DRAFT\"]) { events(filter: { statuses: $s }) { totalCount } }",
            "expected value of type",
        ),
    ]);
}

#[test]
fn a_one_of_input_takes_exactly_one_field() {
    let guard = other_schema(|_| {});
    for (document, variables) in [
        ("{ find(by: { id: 1 }) }", json!({})),
        ("query($i: ID!) { find(by: { id: $i }) }", json!({ "i": 1 })),
        ("query($w: Which) { find(by: $w) }", json!({ "w": { "id": 1 } })),
        ("query($w: Which) { find(by: $w) }", json!({})),
        ("{ find(all: [{ id: 1 }, { name: \"a\" }]) }", json!({})),
    ] {
        assert!(ask(&guard, document, variables).is_ok(), "{document}");
    }
    all_refused(
        &guard,
        Code::BadUserInput,
        &[
            ("query($i: ID) { find(by: { id: $i }) }", json!({ "i": 1 }), "`$i`"),
            ("query($i: ID) { find(by: { id: $i }) }", json!({}), "`$i`"),
            ("{ find(by: { id: 1, name: \"a\" }) }", json!({}), "must specify exactly one key, but 2 were given"),
            ("{ find(by: {}) }", json!({}), "must specify exactly one key, but 0 were given"),
            ("{ find(by: { id: null }) }", json!({}), "null"),
            ("{ find(all: { id: 1, name: null }) }", json!({}), "exactly one"),
            (
                "query($w: Which) { find(by: $w) }",
                json!({ "w": { "id": 1, "name": null } }),
                "`$w` has 2 fields, but must have exactly one",
            ),
            ("query($w: Which) { find(by: $w) }", json!({ "w": {} }), "`$w` has 0 fields"),
            ("query($w: Which) { find(by: $w) }", json!({ "w": { "id": null } }), "`$w.id` is null"),
            (
                "query($w: [Which!]) { find(all: $w) }",
                json!({ "w": [{ "id": 1 }, { "box": { "color": "RED", "which": {} } }] }),
                "`$w[1].box.which` has 0 fields",
            ),
            ("{ find(in: { color: RED, which: { box: { size: null, color: RED } } }) }", json!({}), "null"),
            ("{ find(in: { size: 1 }) }", json!({}), "`Box.color` is not provided"),
            ("{ find(among: [[1, null]]) }", json!({}), "null"),
        ],
    );
}

#[test]
fn a_variable_must_have_a_compatible_type() {
    let cannot = "cannot be used for";
    all_wrong(&[
        ("query($s: Int!) { event(slug: $s) { id } }", cannot),
        ("query($s: String) { event(slug: $s) { id } }", cannot),
        ("query($s: [String!]!) { event(slug: $s) { id } }", cannot),
        ("query($s: String) { ...F } fragment F on Query { event(slug: $s) { id } }", cannot),
        ("query($n: Float) { events(first: $n) { totalCount } }", cannot),
        ("query($i: ID) { nodes(ids: [$i]) { id } }", cannot),
        ("query($i: [ID]!) { nodes(ids: $i) { id } }", cannot),
        ("query($s: EventStatus!) { events(filter: { statuses: $s }) { totalCount } }", cannot),
        ("query($s: Int) { events(filter: { titleContains: $s }) { totalCount } }", cannot),
        ("query($d: String) { events(filter: { overlaps: { from: $d } }) { totalCount } }", cannot),
        ("query($b: Boolean) { __typename @skip(if: $b) }", cannot),
        ("query($b: String!) { __typename @include(if: $b) }", cannot),
        ("{ event(slug: $s) { id } }", "Variable `$s` is not defined."),
        ("query($s: String) { __typename }", "Unused variable: `$s`."),
        ("query($s: String!, $s: String!) { event(slug: $s) { id } }", "`$s` is declared multiple times"),
        ("query($s: Event) { event(slug: $s) { id } }", "`$s` variable must be of an input type"),
        ("query($s: Evnt) { event(slug: $s) { id } }", "Cannot find type `Evnt`"),
    ]);
}

#[test]
fn an_error_about_an_unknown_name_suggests_a_similar_one() {
    let hint = |document: &str, hints: &[&str]| {
        let messages = messages(&guard(|_| {}), document);
        let found = |hint: &&str| messages.iter().any(|message| message.contains(*hint));
        (!hints.iter().all(found)).then(|| format!("{document}: {messages:?} lacks one of {hints:?}"))
    };
    let on_slots = |selection: &str| format!("{{ event(slug: \"a\") {{ schedule {{ slots{selection} }} }} }}");
    let faults: Vec<String> = [
        hint(
            "{ event(slug: \"a\") { titel } }",
            &["Type `Event` does not have a field `titel`. Did you mean `title`?"],
        ),
        hint("{ evnts { totalCount } }", &["Did you mean `events`?"]),
        hint(&on_slots(" { nodes { title } }"), &["`session { title }`"]),
        hint(&on_slots("(day: \"2021-09-20\") { totalCount }"), &["`day`", "Did you mean `filter.day`?"]),
        hint("{ events { titleContains } }", &["does not have a field `titleContains`"]),
        hint("{ events { title } }", &["`nodes { title }`"]),
        hint(
            "{ node(id: 1) { title } }",
            &["Did you mean `... on Announcement { title }`", "`... on Event { title }`"],
        ),
        hint("{ announcements { nodes { subjects { title } } } }", &["... on Event { title }"]),
        hint(
            "{ event(slgu: \"a\", slug: \"a\") { id } }",
            &["`slgu` is not supported by `Query.event", "Did you mean `slug`?"],
        ),
        hint(
            "{ events(filter: { statuses: [PLANED] }) { totalCount } }",
            &["`PLANED` does not exist on `EventStatus`. Did you mean `PLANNED`?", "`filter`"],
        ),
        hint("{ events(filter: { statuses: [X] }) { totalCount } }", &["Its values are ", "`DRAFT`"]),
        hint(
            "{ events(filter: { status: [PLANNED] }) { totalCount } }",
            &["`status` does not exist on `EventFilter`. Did you mean `statuses`?"],
        ),
        hint("{ events(filter: { xyz: 1 }) { totalCount } }", &["It has ", "`countryCode`"]),
        hint("query($f: EventFiltr) { events(filter: $f) { totalCount } }", &["Did you mean `EventFilter`"]),
        hint("{ event(slug: \"a\") { series } }", &["Select the fields you need, as in `{ id }`."]),
        hint("{ event(slug: \"a\") }", &["Select the fields you need"]),
        hint("{ event { id } }", &["`Query.event(slug:)` is not provided"]),
        hint("{ event(slug: \"a\") { title { id } } }", &["scalar type `String` must not have subselections"]),
    ]
    .into_iter()
    .flatten()
    .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn invalid_documents_are_rejected() {
    all_wrong(&[
        ("{ ...F }", "Cannot find fragment `F`"),
        ("{ __typename } fragment F on Query { __typename }", "`F` must be used"),
        ("{ ...F } fragment F on Query { ...G } fragment G on Query { ...F }", "cannot reference itself"),
        (
            "{ ...F ...F } fragment F on Query { __typename } fragment F on Query { id: __typename }",
            "`F` is defined multiple times",
        ),
        ("{ ...F } fragment F on Nothing { id }", "`Nothing`"),
        ("{ ... on String { id } }", "must have a composite type"),
        ("{ ... on Event { id } }", "cannot be applied to `Query`"),
        ("{ event(slug: \"a\") { ... on Topic { id } } }", "cannot be applied to `Event`"),
        ("{ __typename @nothing }", "Cannot find directive `@nothing`"),
        ("{ __typename @deprecated }", "not supported for FIELD"),
        ("{ __typename @skip(if: true) @skip(if: true) }", "can only be used once"),
        ("{ __typename @skip }", "is not provided"),
        ("query A { __typename } query A { __typename }", "defined multiple times"),
        ("{ __typename } query A { __typename }", "Anonymous operation cannot be selected"),
        ("subscription { __typename }", "`subscription` root operation type is not defined"),
        ("{ __typename } type A { b: Int }", "must not contain"),
        ("{ event(slug: \"a\") { id } event(slug: \"b\") { id } }", "conflicting field arguments"),
        ("{ event(slug: \"a\") { x: id x: slug } }", "same name `x`"),
    ]);
}

fn places(fault: &Fault) -> Vec<(usize, usize)> {
    fault.locations.iter().map(|place| (place.line, place.column)).collect()
}

#[test]
fn a_syntax_error_has_a_line_and_a_column() {
    let mut faults = Vec::new();
    for (document, place) in [
        ("{\n  event(slug: ) { slug }\n}", (2, 15)),
        ("{\r\n  event(slug: ) { slug }\r\n}", (2, 15)),
        ("{\r  event(slug: ) { slug }\r}", (2, 15)),
        ("{ a(x: \"😀é\", y: ) }", (1, 17)),
        ("{ __typename } }", (1, 16)),
        ("{ __typename", (1, 13)),
        ("", (1, 1)),
        ("# nothing", (1, 10)),
        ("query A() { __typename }", (1, 9)),
        ("{ event() { id } }", (1, 9)),
        ("{}", (1, 1)),
        ("{ event(slug: \"a\") {} }", (1, 3)),
        ("{ ... {} }", (1, 3)),
        ("query {}", (1, 1)),
        ("{ ...F } fragment F on Query {}", (1, 10)),
        ("{ event(slug: \"a) { id } }", (1, 15)),
        ("{ event(slug: \"\\x\") { id } }", (1, 15)),
        ("{ event(slug: \"\\uD83D\") { id } }", (1, 15)),
        ("{ node(id: 0x10) { id } }", (1, 12)),
        ("{ events(first: 01) { totalCount } }", (1, 17)),
        ("{ ? }", (1, 3)),
        ("{ __typename \u{0} }", (1, 14)),
        ("query query($a) { __typename }", (1, 15)),
        ("fragment on on Query { id }", (1, 10)),
    ] {
        match ask(&guard(|_| {}), document, json!({})) {
            Ok(_) => faults.push(format!("{document:?}: admitted")),
            Err(fault) => {
                let said = format!("Syntax error at line {}, column {}: ", place.0, place.1);
                if fault.code != Code::BadRequest || !fault.message.starts_with(&said) || places(&fault) != [place] {
                    faults.push(format!(
                        "{document:?} {place:?}: {} {} {:?}",
                        fault.code.as_str(),
                        fault.message,
                        places(&fault)
                    ));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn supplementary_characters_can_be_literal_or_escaped() {
    let guard = guard(|_| {});
    for slug in ["\"😀\"", "\"\\u{1F600}\"", "\"\\uD83D\\uDE00\"", "\"\"\"😀\"\"\""] {
        let admitted = ask(&guard, &format!("{{ event(slug: {slug}) {{ id }} }}"), json!({})).expect(slug);
        assert_eq!(crate::planning::print(&admitted.fields), "{event(slug:\"😀\"){id}}", "{slug}");
    }
}

#[test]
fn all_errors_of_a_document_are_reported_up_to_twenty() {
    let guard = guard(|_| {});
    let two = messages(&guard, "{ event(slug: \"a\") { titel } events(frist: 1) { totalCount } }");
    assert_eq!(two.len(), 2, "{two:?}");
    let many = |count: usize| (0..count).map(|n| format!("a{n} ")).collect::<String>();
    assert_eq!(messages(&guard, &format!("{{ {} }}", many(19))).len(), 19);
    assert_eq!(messages(&guard, &format!("{{ {} }}", many(500))).len(), 20);
    let variables = (0..200).map(|n| format!("$a{n}: Int ")).collect::<String>();
    assert_eq!(messages(&guard, &format!("query({variables}) {{ __typename }}")).len(), 20);
    let long = messages(&guard, &format!("{{ {} }}", "x".repeat(5_000)));
    assert!(long.iter().all(|message| message.len() < 2_000), "{long:?}");
}

#[test]
fn admitted_documents_are_cached() {
    use sha2::{Digest, Sha256};
    let hex = |text: &str| Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let guard = guard(|limits| limits.root_fields = 1);
    let (good, bad) = ("{ __typename }", "{ a: __typename b: __typename }");
    assert!(guard.remembered(&hex(good)).is_none() && !guard.knows(good));
    assert!(ask(&guard, good, json!({})).is_ok() && ask(&guard, bad, json!({})).is_err());
    assert!(ask(&guard, "{ nothing }", json!({})).is_err());
    assert!(guard.knows(good) && !guard.knows(bad) && !guard.knows("{ nothing }"));
    assert_eq!(guard.remembered(&hex(good)).as_deref(), Some(good));
    assert_eq!(guard.remembered(&hex(good).to_uppercase()).as_deref(), Some(good));
    for none in [hex(bad), String::new(), "é".repeat(32), "+f".repeat(32), hex(good) + "00"] {
        assert!(guard.remembered(&none).is_none(), "{none}");
    }
    let guard = other_schema(|limits| limits.tokens = 4);
    let large = "mutation { a: add }";
    assert!(ask_as(&guard, (large, None), json!({}), true).is_ok());
    over(ask(&guard, large, json!({})), "tokens, but at most 4 are allowed.");
    let nothing = other_schema(|limits| limits.document_cache_bytes = 0);
    assert!(ask(&nothing, "{ x }", json!({})).is_ok() && ask(&nothing, "{ x }", json!({})).is_ok());
    assert!(!nothing.knows("{ x }"));
}
