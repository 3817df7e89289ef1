//! The guard: what it refuses, at the edge of each limit, and what it lets pass.

use confique::Config;
use plenary::{
    config::Limits,
    error::{Code, Fault},
    guard::{Admitted, Asked, Guard},
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

/// Asks without signing in.
pub fn ask(guard: &Guard, document: &str, variables: Value) -> Result<Admitted, Fault> {
    ask_as(guard, (document, None), variables, false)
}

fn ask_as(
    guard: &Guard,
    (document, operation_name): (&str, Option<&str>),
    variables: Value,
    signed_in: bool,
) -> Result<Admitted, Fault> {
    let variables = variables.as_object().cloned().unwrap_or_default();
    guard.admit(Asked { document, operation_name, variables, signed_in })
}

#[track_caller]
fn refused(answer: Result<Admitted, Fault>, code: Code, said: &str) {
    let fault = answer.map(|_| ()).expect_err(said);
    assert_eq!(fault.code, code, "{}", fault.message);
    assert!(fault.message.contains(said), "{}", fault.message);
}

#[track_caller]
fn over(answer: Result<Admitted, Fault>, said: &str) {
    refused(answer, Code::LimitExceeded, said);
}

#[track_caller]
fn wrong(document: &str, variables: Value, said: &str) {
    refused(ask(&guard(|_| {}), document, variables), Code::BadUserInput, said);
}

/// A guard for a schema with a mutation and inputs that the real one does not have.
fn other_schema(change: impl FnOnce(&mut Limits)) -> Guard {
    let mut limits = limits();
    change(&mut limits);
    let sdl = "
        type Query { find(by: Which, in: Box, among: [[Int!]], n: Int = 3): Int x: Float }
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
    over(ask(&guard, "{ __typename        }", json!({})), "The document has 21 bytes, but at most 20 are taken.");
}

#[test]
fn tokens_are_limited() {
    let guard = guard(|limits| limits.tokens = 5);
    assert!(ask(&guard, "{ a: __typename , , }", json!({})).is_ok());
    over(ask(&guard, "{ a: __typename id }", json!({})), "The document has 6 tokens, but at most 5 are taken.");
}

#[test]
fn brackets_are_limited() {
    let nested = |depth: usize| format!("{{ a(x: {}{}) }}", "[".repeat(depth - 2), "]".repeat(depth - 2));
    let guard = guard(|limits| limits.tokens = 100_000);
    assert!(ask(&guard, &nested(64), json!({})).is_ok());
    for depth in [65, 1_000, 5_000] {
        over(ask(&guard, &nested(depth), json!({})), &format!("nests brackets {depth} deep, but at most 64 is taken."));
    }
}

#[test]
fn what_is_64_deep_fits_the_stack() {
    let guard = guard(|limits| limits.field_depth = 100);
    let (open, close) = ("{a:".repeat(60), "}".repeat(60));
    let lists = format!("{}Int{}", "[".repeat(62), "]".repeat(62));
    let fields = format!("{}a{}", "{a".repeat(64), "}".repeat(64));
    let inline = format!("{}a{}", "{...".repeat(63), "}".repeat(63));
    for document in [
        format!("{{ a(x: {open}1{close}) }}"),
        format!("query($a: {lists}) {{ __typename }}"),
        format!("query($a: Int = {open}1{close}) {{ __typename @d(x: {open}1{close}) }}"),
        fields,
        inline,
    ] {
        let _ = ask(&guard, &document, json!({}));
    }
}

#[test]
fn fragments_count_as_brackets_where_they_are_spread() {
    let chain = |length: usize| {
        let links = (1..length).map(|link| format!("fragment F{link} on Query {{ ...F{} }} ", link + 1));
        format!("{{ ...F1 }} {} fragment F{length} on Query {{ __typename }}", links.collect::<String>())
    };
    let guard = guard(|limits| limits.mutation_tokens = 100_000);
    assert!(ask(&guard, &chain(63), json!({})).is_ok());
    over(ask(&guard, &chain(64), json!({})), "brackets more than 64 deep");
    over(ask_as(&guard, (&chain(2_000).replacen('{', "mutation {", 1), None), json!({}), true), "more than 64 deep");
}

#[test]
fn fields_may_not_be_nested_too_deep() {
    let nested = |depth: usize| {
        let fields = "{ nextEdition ".repeat(depth - 2);
        format!("{{ event(slug: \"a\") {fields} {{ slug }} {} }}", "}".repeat(depth - 2))
    };
    let guard = guard(|_| {});
    assert_eq!(ask(&guard, &nested(20), json!({})).expect("20 are fine").depth, 20);
    over(ask(&guard, &nested(21), json!({})), "nests fields 21 deep, but at most 20 is taken.");
}

#[test]
fn aliases_are_limited_with_every_fragment_in_its_place() {
    let guard = guard(|limits| limits.root_fields = 100);
    assert!(ask(&guard, &format!("{{ {} }}", typenames(30)), json!({})).is_ok());
    over(ask(&guard, &format!("{{ {} }}", typenames(31)), json!({})), "has 31 aliases, but at most 30 are taken.");
    let spread = format!("{{ ...F ...F ...F ...F }} fragment F on Query {{ {} }}", typenames(8));
    over(ask(&guard, &spread, json!({})), "has 32 aliases");
}

#[test]
fn directives_are_limited() {
    let guard = guard(|limits| limits.directives = 3);
    let document = |count: usize| {
        format!("query($x: Boolean = true) {{ ...F {} }} fragment F on Query {{ __typename @skip(if: $x) }}", {
            (0..count - 1).map(|number| format!("a{number}: __typename @include(if: $x) ")).collect::<String>()
        })
    };
    assert!(ask(&guard, &document(3), json!({})).is_ok());
    over(ask(&guard, &document(4), json!({})), "has 4 directives, but at most 3 are taken.");
}

#[test]
fn root_fields_are_limited() {
    let guard = guard(|_| {});
    assert!(ask(&guard, &format!("{{ {} }}", typenames(20)), json!({})).is_ok());
    let many = format!("{{ {} ...F }} fragment F on Query {{ b: __typename }}", typenames(20));
    over(ask(&guard, &many, json!({})), "has 21 root fields, but at most 20 are taken.");
}

#[test]
fn selections_are_limited() {
    let guard = guard(|limits| limits.selections = 6);
    let document = "{ event(slug: \"a\") { ...F } } fragment F on Event { slug title id MORE }";
    assert!(ask(&guard, &document.replace("MORE", "version"), json!({})).is_ok());
    let more = document.replace("MORE", "... { version }");
    over(ask(&guard, &more, json!({})), "expands to 7 selections, but at most 6 are taken.");
}

#[test]
fn fragments_that_double_are_measured_without_expanding_them() {
    let mut document = String::from("{ ...F0 }");
    for link in 0..60 {
        document.push_str(&format!(" fragment F{link} on Query {{ ...F{0} ...F{0} }}", link + 1));
    }
    document.push_str(" fragment F60 on Query { __typename }");
    over(ask(&guard(|_| {}), &document, json!({})), "selections, but at most 5000 are taken.");
}

#[test]
fn cost_is_limited() {
    let document = "query($n: Int) { events(first: $n) { nodes { slug } } }";
    let at = |cost: u32| guard(|limits| limits.cost = cost);
    assert_eq!(ask(&at(12), document, json!({ "n": 10 })).expect("12 points").cost, 12);
    over(ask(&at(11), document, json!({ "n": 10 })), "The operation costs 12 points, but at most 11 are taken.");
}

#[test]
fn a_connection_costs_what_it_may_return() {
    let guard = guard(|_| {});
    let cost = |arguments: &str, variables: Value| {
        let document = format!(
            "query($n: Int = 7) {{ events{arguments} @include(if: true) {{ nodes {{ slug }} }}
             b: events(first: $n) @skip(if: true) {{ totalCount }} }}"
        );
        ask(&guard, &document, variables).map(|admitted| admitted.cost).unwrap_or(0)
    };
    // One for the page, and eleven tenths for each event.
    for (arguments, points) in [
        ("(first: 10)", 12),
        ("(last: 10)", 12),
        ("(first: 10, last: 20)", 23),
        ("", 23),
        ("(first: null)", 23),
        ("(first: 0)", 1),
        ("(first: -1)", 1),
        ("(first: 100)", 111),
        ("(first: 101)", 111),
        ("(first: 2147483647)", 111),
        ("(first: $n)", 9),
    ] {
        assert_eq!(cost(arguments, json!({})), points, "{arguments}");
    }
    assert_eq!(cost("(first: $n)", json!({ "n": 30 })), 34);
    assert_eq!(cost("(first: $n)", json!({ "n": null })), 23);
    for odd in ["2147483648", "9223372036854775808", "1.5", "\"1\"", "[1]", "true", "{a: 1}"] {
        refused(
            ask(&guard, &format!("{{ events(first: {odd}) {{ totalCount }} }}"), json!({})),
            Code::BadUserInput,
            "The argument `first` is",
        );
    }
}

#[test]
fn pages_multiply_and_fragments_know_their_page() {
    let guard = guard(|_| {});
    let cost = |document: &str| ask(&guard, document, json!({})).map(|admitted| admitted.cost).expect(document);
    let direct = cost("{ events(first: 10) { totalCount nodes { sessions(first: 5) { nodes { slug } } } } }");
    let spread = "{ events(first: 10) { ...P } } fragment P on EventConnection { totalCount ... { nodes { ...E } } } \
                  fragment E on Event { sessions(first: 5) { ...S } } fragment S on SessionConnection { nodes { slug } }";
    assert_eq!((direct, cost(spread)), (77, 77));
    assert_eq!(cost("{ events(first: 10) { edges { cursor node { slug } } } }"), 23);
    assert_eq!(cost("{ nodes(ids: [1, 2, 3]) { id } }"), 4);
    assert_eq!(cost("{ nodes(ids: 1) { id } }"), 2);
    assert_eq!(cost("{ event(slug: \"a\") { venues { role } } }"), 12);
    // A thing of many is found again from each of them.
    let back = "{ microconference(eventSlug: \"a\", slug: \"b\") { topics { microconference { topics { id } } } } }";
    assert_eq!(cost(back), 1 + 20 * (1 + 1) + 20 * 20 + 40);
    // Texts are as long as somebody wrote them.
    assert_eq!(cost("{ event(slug: \"a\") { description descriptionHtml } }"), 3);
}

#[test]
fn each_operation_of_a_front_end_costs_less_than_two_thirds_of_the_limit() {
    let guard = guard(|_| {});
    for (name, document, variables) in crate::operations::with_variables() {
        let cost = ask(&guard, document, variables).expect(name).cost;
        println!("{name}: {cost} points");
        assert!(cost < limits().cost / 3 * 2, "{name} costs {cost}");
    }
}

#[test]
fn the_whole_schema_can_be_asked_for_and_introspection_in_circles_not() {
    let guard = guard(|_| {});
    let mut types = String::from("kind name");
    for _ in 0..9 {
        types = format!("kind name ofType {{ {types} }}");
    }
    let document = format!(
        "query IntrospectionQuery {{ __schema {{ description queryType {{ name kind }} mutationType {{ name kind }}
         subscriptionType {{ name kind }} types {{ ...FullType }}
         directives {{ name description isRepeatable locations args(includeDeprecated: true) {{ ...InputValue }} }} }} }}
         fragment FullType on __Type {{ kind name description specifiedByURL isOneOf
           fields(includeDeprecated: true) {{ name description args(includeDeprecated: true) {{ ...InputValue }}
             type {{ ...TypeRef }} isDeprecated deprecationReason }}
           inputFields(includeDeprecated: true) {{ ...InputValue }} interfaces {{ ...TypeRef }}
           enumValues(includeDeprecated: true) {{ name description isDeprecated deprecationReason }}
           possibleTypes {{ ...TypeRef }} }}
         fragment InputValue on __InputValue {{ name description type {{ ...TypeRef }} defaultValue isDeprecated
           deprecationReason }}
         fragment TypeRef on __Type {{ {types} }}"
    );
    let cost = ask(&guard, &document, json!({})).expect("introspection").cost;
    println!("introspection: {cost} points");
    assert!(cost <= limits().cost, "{cost}");
    let off = Guard::new(&limits(), &schema::sdl(), false);
    refused(ask(&off, &document, json!({})), Code::IntrospectionDisabled, "switched off");
    refused(
        ask(&off, "{ a: __type(name: \"Event\") { name } }", json!({})),
        Code::IntrospectionDisabled,
        "switched off",
    );
    assert!(ask(&off, "{ __typename event(slug: \"a\") { __typename } }", json!({})).is_ok());
}

#[test]
fn those_who_are_signed_in_may_send_larger_mutations_and_no_larger_queries() {
    let guard = other_schema(|_| {});
    let mutation = format!("mutation {{ {} }}", (0..150).map(|n| format!("a{n}: add(n: {n}) ")).collect::<String>());
    assert!(ask_as(&guard, (&mutation, None), json!({}), true).is_ok());
    over(ask_as(&guard, (&mutation, None), json!({}), false), "150 root fields");
    let padded = |kind: &str| format!("{kind} {{ __typename }} #{}", " ".repeat(20_000));
    assert!(ask_as(&guard, (&padded("mutation"), None), json!({}), true).is_ok());
    over(ask_as(&guard, (&padded("query"), None), json!({}), true), "bytes, but at most 16384 are taken.");
    over(ask_as(&guard, (&padded("mutation"), None), json!({}), false), "bytes, but at most 16384 are taken.");
    let tokens = format!("query {{ x {} }}", "x ".repeat(2_000));
    over(ask_as(&guard, (&tokens, None), json!({}), true), "2004 tokens, but at most 2000 are taken.");
    let both = format!("mutation M {{ add }} query Q {{ x {} }}", "x ".repeat(2_000));
    assert!(ask_as(&guard, (&both, Some("M")), json!({}), true).is_ok());
    over(ask_as(&guard, (&both, Some("Q")), json!({}), true), "tokens, but at most 2000 are taken.");
    assert_eq!((guard.body_bytes(false), guard.body_bytes(true)), (262_144, 1_048_576));
}

#[test]
fn the_operation_is_chosen_by_its_name() {
    let guard = guard(|_| {});
    let two = "query A { a: __typename } query B { events(first: 50) { nodes { slug } } }";
    let named = |document: &str, name| ask_as(&guard, (document, name), json!({}), false);
    assert_eq!(named(two, Some("A")).expect("A").cost, 1);
    assert_eq!(named(two, Some("B")).expect("B").cost, 56);
    refused(named(two, None), Code::BadRequest, "has 2 operations; `operationName` must say which");
    refused(named(two, Some("C")), Code::BadRequest, "no operation that is called `C`");
    refused(named(two, Some("")), Code::BadRequest, "`operationName` is empty");
    refused(named("{ __typename }", Some("A")), Code::BadRequest, "no operation that is called `A`");
    assert!(named("query A { __typename }", None).is_ok());
}

#[test]
fn variables_are_held_to_their_types() {
    let whole = "a whole number from -2147483648 to 2147483647";
    for (of, value, said) in [
        ("Int", json!(2_147_483_648_i64), format!("The variable `$v` is 2147483648, but must be {whole}.")),
        ("Int", json!(1.5), whole.into()),
        ("Int", json!("1"), "`$v` is \"1\"".into()),
        ("Int!", json!(null), "`$v` is null, but must have a value of the type `Int!`".into()),
        ("[Int!]", json!([1, null]), "`$v[1]` is null".into()),
        ("[Int!]", json!("x"), "`$v` is \"x\"".into()),
        ("Float", json!("1"), "must be a number".into()),
        ("String", json!(1), "`$v` is 1, but must be a text".into()),
        ("Boolean", json!(0), "must be true or false".into()),
        ("ID", json!(1.5), "must be an id".into()),
        ("EventStatus", json!("NOPE"), "must be one of CANCELLED, CONFIRMED, DRAFT,".into()),
        (
            "DateTime",
            json!("2021-09-20"),
            "is \"2021-09-20\", but must be well formed: a DateTime is an RFC 3339".into(),
        ),
        ("Date", json!("2021-02-30"), "a Date is a calendar date that exists".into()),
        ("LocalDateTime", json!(1), "a LocalDateTime is".into()),
        ("TimeZone", json!("Nowhere/City"), "a TimeZone is".into()),
        ("URL", json!("javascript:alert(1)"), "a URL is absolute".into()),
        ("EventFilter", json!({ "statuses": ["DRAFT", "PLANNED", "X"] }), "`$v.statuses[2]` is \"X\"".into()),
        ("EventFilter", json!({ "nope": 1 }), "`$v` takes no field `nope`; it takes attendanceModes,".into()),
        ("EventFilter", json!({ "overlaps": { "from": "x" } }), "`$v.overlaps.from` is \"x\"".into()),
        ("EventFilter", json!([]), "`$v` is a list, but must be an object".into()),
        (
            "EventOrder",
            json!({ "field": "TITLE" }),
            "`$v.direction` must have a value of the type `OrderDirection!`".into(),
        ),
    ] {
        let document = format!("query($v: {of}) {{ __typename }}");
        wrong(&document, json!({ "v": value }), &said);
    }
    wrong(
        "query($v: [EventStatus!]!) { __typename }",
        json!({}),
        "`$v` must have a value of the type `[EventStatus!]!`.",
    );
    wrong("query($v: Int = \"x\") { __typename }", json!({}), "The default of the variable `$v` is \"x\"");
    wrong("query($v: Date = \"2021-02-30\") { __typename }", json!({}), "The default of the variable `$v`");
}

#[test]
fn variables_that_fit_pass_and_others_are_ignored() {
    let guard = guard(|_| {});
    for (of, value) in [
        ("Int", json!(-2_147_483_648_i64)),
        ("Float", json!(1)),
        ("ID", json!(12)),
        ("ID", json!(u64::MAX)),
        ("[Int!]!", json!(1)),
        ("[[Int]]", json!([[1, null], null])),
        ("EventFilter", json!({ "statuses": "DRAFT", "overlaps": { "from": null } })),
        ("EventFilter", json!(null)),
        ("DateTime", json!("2021-09-20T10:00:00-03:00")),
        ("NoSuchType", json!({ "left": "to the engine" })),
        ("Event", json!(1)),
    ] {
        let document = format!("query($v: {of}) {{ __typename }}");
        assert!(ask(&guard, &document, json!({ "v": value, "other": [{}] })).is_ok(), "{of} {value}");
    }
    assert!(ask(&guard, "query($v: Int! = 1) { __typename }", json!({})).is_ok());
}

#[test]
fn a_json_number_without_a_fraction_is_a_whole_number() {
    let document = "query($n: Int, $among: [[Int!]], $in: Box) { find(n: $n, among: $among, in: $in) }";
    let guard = other_schema(|_| {});
    for (sent, read) in
        [("1.0", "1"), ("-0.0", "0"), ("1e2", "100"), ("2147483647.0", "2147483647"), ("-2147483648.0", "-2147483648")]
    {
        let variables = serde_json::from_str(&format!("{{\"n\": {sent}, \"among\": [[{sent}]]}}")).expect("JSON");
        let admitted = ask(&guard, document, variables).expect(sent);
        let expected = format!("{{\"among\":[[{read}]],\"n\":{read}}}");
        assert_eq!(serde_json::to_string(&admitted.request().variables).expect("JSON"), expected);
    }
    for wrong in ["1.5", "2147483648.0", "1e300", "-2147483649.0"] {
        let variables = serde_json::from_str(&format!("{{\"n\": {wrong}}}")).expect("JSON");
        refused(ask(&guard, document, variables), Code::BadUserInput, "must be a whole number");
    }
    refused(ask(&guard, "{ find(n: 1.0) }", json!({})), Code::BadUserInput, "must be a whole number");
}

#[test]
fn literals_are_held_to_their_types_in_fragments_too() {
    for (arguments, said) in [
        ("filter: { overlaps: { from: \"2021-02-30\" } }", "The argument `filter.overlaps.from` is \"2021-02-30\""),
        ("first: 3000000000", "The argument `first` is 3000000000"),
        ("filter: { statuses: [DRAFT, NOPE] }", "`filter.statuses[1]` is NOPE"),
        ("filter: { seriesId: [1] }", "`filter.seriesId` is a list"),
    ] {
        wrong(&format!("{{ events({arguments}) {{ totalCount }} }}"), json!({}), said);
        wrong(
            &format!("{{ ...F }} fragment F on Query {{ ... {{ events({arguments}) {{ totalCount }} }} }}"),
            json!({}),
            said,
        );
    }
    let repeated = "{ events(filter: { countryCode: \"IE\", countryCode: \"IS\" }) { totalCount } }";
    refused(ask(&guard(|_| {}), repeated, json!({})), Code::BadRequest, "the field `countryCode` is given twice");
}

#[test]
fn of_a_one_of_exactly_one_is_given() {
    let guard = other_schema(|_| {});
    let bad =
        |document: &str, variables, said: &str| refused(ask(&guard, document, variables), Code::BadUserInput, said);
    assert!(ask(&guard, "query($i: ID!) { find(by: { id: $i }) }", json!({ "i": 1 })).is_ok());
    assert!(ask(&guard, "query($w: Which) { find(by: $w) }", json!({ "w": { "id": 1 } })).is_ok());
    bad("query($i: ID) { find(by: { id: $i }) }", json!({}), "`by.id` must have a value, but `$i` has none");
    bad("query($i: ID) { find(by: { id: $i }) }", json!({ "i": null }), "but `$i` has none");
    bad("{ find(by: { id: 1, name: \"a\" }) }", json!({}), "`by` has 2 fields, but must have exactly one");
    bad("{ find(by: {}) }", json!({}), "`by` has 0 fields");
    bad("{ find(by: { id: null }) }", json!({}), "`by.id` is null");
    bad("query($w: Which) { find(by: $w) }", json!({ "w": { "id": 1, "name": null } }), "`$w` has 2 fields");
    bad(
        "{ find(in: { color: RED, which: { box: { size: null, color: RED } } }) }",
        json!({}),
        "`in.which.box.size` is null",
    );
    bad("{ find(in: { size: 1 }) }", json!({}), "`in.color` must have a value");
    bad("{ find(among: [[1, null]]) }", json!({}), "`among[0][1]` is null");
}

#[test]
fn with_introspection_off_errors_list_no_names_of_the_schema() {
    let off = Guard::new(&limits(), &schema::sdl(), false);
    for (of, value, names) in [
        ("EventFilter", json!({ "nope": 1 }), ["attendanceModes", "countryCode"]),
        ("EventFilter", json!({ "statuses": ["NOPE"] }), ["DRAFT", "EventStatus"]),
        ("EventOrder", json!({ "field": "TITLE" }), ["direction", "OrderDirection"]),
        ("EventOrder", json!({ "field": null, "direction": "ASC" }), ["EventOrderField", "STARTS_ON"]),
    ] {
        let document = format!("query($v: {of}) {{ __typename }}");
        let fault = ask(&off, &document, json!({ "v": value })).map(|_| ()).expect_err("a wrong value");
        assert!(names.iter().all(|name| !fault.message.contains(name)), "{}", fault.message);
    }
}

#[test]
fn mistakes_have_a_place() {
    let fault = ask(&guard(|_| {}), "{\n  event(slug: ) { slug }\n}", json!({})).map(|_| ()).expect_err("no GraphQL");
    assert_eq!(fault.message, "The document is no GraphQL at line 2, column 15: expected a value, found `)`.");
    assert_eq!(fault.locations.iter().map(|place| (place.line, place.column)).collect::<Vec<_>>(), [(2, 15)]);
}

#[test]
fn documents_are_remembered_once_they_were_admitted() {
    use sha2::{Digest, Sha256};
    let hex = |text: &str| Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let guard = guard(|limits| limits.tokens = 4);
    let (good, bad) = ("{ __typename id }", "{ __typename id version }");
    assert!(guard.remembered(&hex(good)).is_none());
    assert!(ask(&guard, good, json!({})).is_ok() && ask(&guard, bad, json!({})).is_err());
    assert_eq!(guard.remembered(&hex(good)).as_deref(), Some(good));
    assert_eq!(guard.remembered(&hex(good).to_uppercase()).as_deref(), Some(good));
    for none in [hex(bad), String::new(), "é".repeat(32), "+f".repeat(32), hex(good) + "00"] {
        assert!(guard.remembered(&none).is_none(), "{none}");
    }
    let guard = other_schema(|limits| limits.tokens = 4);
    let large = "mutation { a: add }";
    assert!(ask_as(&guard, (large, None), json!({}), true).is_ok());
    over(ask(&guard, large, json!({})), "6 tokens");
    let nothing = other_schema(|limits| limits.document_cache_bytes = 0);
    assert!(ask(&nothing, "{ x }", json!({})).is_ok() && ask(&nothing, "{ x }", json!({})).is_ok());
}
