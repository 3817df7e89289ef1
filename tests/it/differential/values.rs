//! Arguments of random operations, and their variables.

use apollo_compiler::{
    ast::{FieldDefinition, Type},
    response::JsonMap,
    schema::ExtendedType,
};

use super::{
    data::{Data, Given},
    oracle::Reference,
    random::Random,
};

/// A variable of an operation.
pub struct Variable {
    pub name: String,
    pub ty: String,
    pub default: Option<Given>,
    pub given: Option<Given>,
    /// What it amounts to; none where it is left out.
    value: Option<Given>,
}

/// Makes values for one operation.
pub struct Values<'a> {
    pub reference: &'a Reference,
    pub data: &'a Data,
    pub variables: Vec<Variable>,
}

/// What an argument or a member of an input object is for.
#[derive(Clone, Copy)]
struct For<'a> {
    /// The list whose cursors it takes, or nothing.
    list: &'a str,
    /// Its name.
    name: &'a str,
    /// The type that its field returns.
    returns: &'a str,
}

impl Values<'_> {
    /// The arguments of a field, as they are written; none where it needs one that cannot be made.
    pub fn arguments(&mut self, random: &mut Random, owner: &str, field: &FieldDefinition) -> Option<String> {
        let returns = field.ty.inner_named_type().as_str();
        let mut given: Vec<(String, Option<Given>)> = Vec::new();
        if field.argument_by_name("eventSlug").is_some() {
            let (event, slug) = random.of_any(self.data.pairs.get(returns)?)?.clone();
            let slug = if random.percent(5) { "unknown".into() } else { slug };
            given.extend([("eventSlug".into(), Some(Given::Text(event))), ("slug".into(), Some(Given::Text(slug)))]);
        }
        let mut list = format!("{owner}.{}", field.name);
        if let Some(argument) = field.argument_by_name("orderBy") {
            let order = random
                .percent(25)
                .then(|| self.value(random, &argument.ty, For { list: "", name: "orderBy", returns }))
                .flatten();
            if let Some(Given::Object(members)) = &order {
                let word = |name: &str| members.iter().find(|(key, _)| key == name).map(|(_, value)| value.to_string());
                list =
                    format!("{list} {} {}", word("field").unwrap_or_default(), word("direction").unwrap_or_default());
            }
            given.push(("orderBy".into(), order));
        }
        if field.argument_by_name("first").is_some() {
            self.page(random, field, &list, &mut given);
        }
        for argument in &field.arguments {
            let name = argument.name.as_str();
            if given.iter().any(|(known, _)| known == name) {
                continue;
            }
            let for_what = For { list: &list, name, returns };
            if argument.is_required() || random.percent(30) {
                let value = self.value(random, &argument.ty, for_what);
                if value.is_none() && argument.is_required() {
                    return None;
                }
                given.push((name.to_owned(), value));
            }
        }
        let mut written = Vec::new();
        for (name, value) in given {
            let argument = field.argument_by_name(&name).expect("an argument");
            match value {
                Some(value) => written.push(format!("{name}: {}", self.lift(random, &argument.ty, &value, true))),
                None if random.percent(8) && !argument.is_required() => {
                    written.push(format!("{name}: ${}", self.left_out(random, &argument.ty)));
                }
                None => {}
            }
        }
        if random.percent(20) {
            written.reverse();
        }
        Some(if written.is_empty() { String::new() } else { format!("({})", written.join(", ")) })
    }

    /// How many of a list, and from where.
    fn page(&self, random: &mut Random, field: &FieldDefinition, list: &str, given: &mut Vec<(String, Option<Given>)>) {
        let number = if random.percent(3) {
            random.pick(&[20, 100, 101, -1])
        } else {
            i64::try_from(random.below(5)).expect("a number")
        };
        let backwards = field.argument_by_name("last").is_some() && random.percent(25);
        let (size, cursor) = if backwards { ("last", "before") } else { ("first", "after") };
        let few = random.percent(75);
        given.push((size.into(), few.then_some(Given::Int(number))));
        let cursors = self.data.cursors.get(list);
        if let Some(at) = cursors
            .filter(|_| field.argument_by_name(cursor).is_some_and(|cursor| cursor.is_required()) || random.percent(25))
        {
            let at = at.get_index(random.below(at.len())).expect("a cursor");
            given.push((cursor.into(), Some(Given::Text(at.clone()))));
        }
        for other in ["first", "last", "before", "after"] {
            let required = field.argument_by_name(other).is_none_or(|argument| argument.is_required());
            if !required && !given.iter().any(|(name, _)| name == other) {
                let odd = random.percent(1);
                given.push((
                    other.into(),
                    odd.then(|| {
                        if other.len() < 6 && other.ends_with('t') { Given::Int(2) } else { Given::Text("odd".into()) }
                    }),
                ));
            }
        }
    }

    /// A value of a type, without variables.
    fn value(&self, random: &mut Random, ty: &Type, for_what: For<'_>) -> Option<Given> {
        if !ty.is_non_null() && random.percent(4) {
            return Some(Given::Null);
        }
        if ty.is_list() {
            if random.percent(8) {
                return self.value(random, &ty.item_type().clone().non_null(), for_what);
            }
            let number = random.pick(&[0, 1, 1, 2, 3]);
            return Some(Given::List(
                (0..number).filter_map(|_| self.value(random, ty.item_type(), for_what)).collect(),
            ));
        }
        let name = ty.inner_named_type();
        match &self.reference.schema.types[name] {
            ExtendedType::Enum(words) => {
                let words: Vec<_> = words.values.keys().collect();
                Some(Given::Word(random.of(&words).to_string()))
            }
            ExtendedType::InputObject(input) => {
                let mut members = Vec::new();
                for field in input.fields.values() {
                    let required = field.is_required();
                    if required || random.percent(if input.fields.len() < 4 { 60 } else { 20 }) {
                        let value = self.value(random, &field.ty, For { name: &field.name, ..for_what });
                        members.extend(value.map(|value| (field.name.to_string(), value)));
                    }
                }
                in_order(&mut members);
                Some(Given::Object(members))
            }
            _ => self.scalar(random, name, for_what),
        }
    }

    fn scalar(&self, random: &mut Random, ty: &str, for_what: For<'_>) -> Option<Given> {
        let name = for_what.name;
        let text = |text: &str| Some(Given::Text(text.to_owned()));
        match ty {
            "Int" => Some(Given::Int(i64::try_from(random.below(4)).expect("a number"))),
            "Float" => Some(Given::Float(random.pick(&[0.5, 44.6488, -63.0]))),
            "Boolean" => Some(Given::Boolean(random.percent(50))),
            "Date" => {
                // Days of a range are far from other ranges of arguments: the start of it before its end.
                let days = if ["endsOn", "to"].contains(&name) {
                    ["2021-09-24", "2021-10-31"]
                } else {
                    ["2021-09-20", "2021-09-22"]
                };
                text(random.pick(&days))
            }
            "DateTime" => {
                text(random.pick(&["2021-09-20T10:00:00Z", "2021-09-21T16:30:00Z", "2021-09-22T12:00:00+02:00"]))
            }
            "TimeZone" => text(random.pick(&["UTC", "America/Halifax", "Europe/Berlin"])),
            "URL" => text("https://example.org/"),
            "ID" => {
                let ids = self.data.ids.get(&owner_of_id(name));
                if let Some(ids) = ids.filter(|_| random.percent(92)) {
                    return text(ids.get_index(random.below(ids.len()))?);
                }
                let all: Vec<&String> = self.data.ids.values().flatten().collect();
                if random.percent(15) {
                    return text(
                        random.pick(&["event_01h455vb4pex5vsknk084sn02q", "topic_01h455vb4pex5vsknk084sn02q"]),
                    );
                }
                text(random.of_any(&all)?)
            }
            _ if name == "after" || name == "before" => {
                let all = self.data.cursors.get(for_what.list)?;
                text(all.get_index(random.below(all.len()))?)
            }
            _ if name.ends_with("Contains") => {
                text(random.pick(&["a", "er", "Real", "TIME", "and", "ä", "\\", "\"quoted\"", "%", "no such text"]))
            }
            _ => {
                let values = self.data.of_type.get(&format!("{}.{name}", for_what.returns));
                let values = values.or_else(|| self.data.strings.get(name));
                let values = values.or_else(|| self.data.strings.get(name.trim_end_matches('s')));
                match values.filter(|_| random.percent(92)) {
                    Some(values) => text(values.get_index(random.below(values.len()))?),
                    None => text("unknown"),
                }
            }
        }
    }

    /// Puts variables in the place of some values.
    fn lift(&mut self, random: &mut Random, ty: &Type, value: &Given, whole: bool) -> Given {
        if random.percent(if whole { 20 } else { 12 }) {
            return Given::Variable(self.variable(random, ty, value));
        }
        match value {
            Given::List(items) => {
                Given::List(items.iter().map(|item| self.lift(random, ty.item_type(), item, false)).collect())
            }
            Given::Object(members) => {
                let name = ty.inner_named_type();
                let mut lifted = Vec::new();
                for (key, value) in members {
                    let input = self.reference.schema.get_input_object(name).expect("an input object");
                    let ty = (*input.fields[key.as_str()].ty).clone();
                    lifted.push((key.clone(), self.lift(random, &ty, value, false)));
                }
                Given::Object(lifted)
            }
            other => other.clone(),
        }
    }

    /// A variable with this value, for a place of this type.
    pub fn variable(&mut self, random: &mut Random, place: &Type, value: &Given) -> String {
        let exact = place.to_string();
        let known = self.variables.iter().find(|known| known.ty == exact && known.value.as_ref() == Some(value));
        if let Some(known) = known.filter(|_| random.percent(60)) {
            return known.name.clone();
        }
        let is_null = *value == Given::Null;
        let given = || Some(value.clone());
        let strict = place.clone().non_null().to_string();
        let loose = place.clone().nullable().to_string();
        let (ty, default, given) = match random.below(5) {
            // Only a default: a place that takes no null takes the variable, whose type may be nullable.
            0 if !is_null => (if random.percent(50) { loose } else { exact }, given(), None),
            1 if !is_null => (exact, given(), given()),
            2 if !is_null => (strict, None, given()),
            // A default that is not used.
            3 if !place.is_non_null() => (exact, Some(Given::Null), given()),
            _ => (exact, None, given()),
        };
        self.declare(random, ty, default, given, Some(value.clone()))
    }

    /// A variable that is left out, for a place of a nullable type.
    fn left_out(&mut self, random: &mut Random, place: &Type) -> String {
        self.declare(random, place.to_string(), None, None, None)
    }

    fn declare(
        &mut self,
        random: &mut Random,
        ty: String,
        default: Option<Given>,
        given: Option<Given>,
        value: Option<Given>,
    ) -> String {
        let name = format!("{}{}", random.of(&["v", "id", "type", "first", "_"]), self.variables.len());
        self.variables.push(Variable { name: name.clone(), ty, default, given, value });
        name
    }

    /// The definitions of all variables, as they are written.
    pub fn definitions(&self) -> String {
        let each = self.variables.iter().map(|variable| {
            let default = variable.default.as_ref().map(|default| format!(" = {default}")).unwrap_or_default();
            format!("${}: {}{default}", variable.name, variable.ty)
        });
        let all: Vec<String> = each.collect();
        if all.is_empty() { String::new() } else { format!("({})", all.join(", ")) }
    }

    /// The values that are sent.
    pub fn sent(&self) -> JsonMap {
        let given = self.variables.iter().filter_map(|variable| Some((variable, variable.given.as_ref()?)));
        given.map(|(variable, given)| (variable.name.as_str().into(), given.json())).collect()
    }
}

/// The type of the node that an argument names: of `eventId` an event.
fn owner_of_id(name: &str) -> String {
    let name = name.strip_suffix("Id").unwrap_or(name);
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// A range starts before it ends.
fn in_order(members: &mut [(String, Given)]) {
    let at = |members: &[(String, Given)], name: &str| members.iter().position(|(key, _)| key == name);
    if let (Some(from), Some(to)) = (at(members, "from"), at(members, "to"))
        && let (Given::Text(start), Given::Text(end)) = (&members[from].1, &members[to].1)
        && start > end
    {
        let (start, end) = (start.clone(), end.clone());
        (members[from].1, members[to].1) = (Given::Text(end), Given::Text(start));
    }
}
