//! What the database refuses, and the like of it that it takes.

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement, TransactionTrait};

use crate::database::on_each;
use crate::statement::{fill, sql};

/// Statements in short. All are taken but the last of `refused`, and that one is refused because of
/// `why`: the name of a check, the message of a trigger, or the sort of key.
struct Rule {
    why: &'static str,
    taken: &'static [&'static str],
    refused: &'static [&'static str],
}

const fn rule(why: &'static str, taken: &'static [&'static str], refused: &'static [&'static str]) -> Rule {
    Rule { why, taken, refused }
}

/// Completes the release of the program.
const FREEZE: &str = "UPDATE schedule SET is_frozen = true WHERE id = @d2";

/// Reports that a slot of the release runs late.
const DELAY: &str =
    "UPDATE slot SET delay_minutes = 5, delay_ends_at = '2021-09-21T03:00:00+00:00', version = 2 WHERE id = @l2";

const UNIQUE: &str = "unique constraint";
const FOREIGN: &str = "foreign key constraint";
const NOT_NULL: &str = "not null constraint";

#[rustfmt::skip]
const RULES: &[Rule] = &[
    // Memberships.
    rule(UNIQUE, &["+membership subject='t'"], &["+membership"]),
    rule(UNIQUE, &["+membership event_id=null", "+membership id=@n9, event_id=null, role='EDITOR'"],
        &["+membership event_id=null", "+membership id=@n8, event_id=null"]),
    rule(UNIQUE, &["+membership event_id=null, series_id=@s1", "+membership id=@n8, event_id=null, series_id=@s2"],
        &["+membership event_id=null, series_id=@s1", "+membership id=@n8, event_id=null, series_id=@s1"]),
    rule(UNIQUE, &["+membership microconference_id=@m1", "+membership id=@n8, microconference_id=@m3"],
        &["+membership microconference_id=@m1", "+membership id=@n8, microconference_id=@m1"]),
    rule(FOREIGN, &["+membership microconference_id=@m1"], &["+membership microconference_id=@m2"]),
    rule("membership_one_scope", &["+membership event_id=null, series_id=@s1"], &["+membership series_id=@s1"]),
    rule("membership_event_of_microconference", &["+membership microconference_id=@m1"], &["+membership event_id=null, microconference_id=@m1"]),
    rule("membership_admin_everywhere", &["+membership role='ADMIN', event_id=null"], &["+membership role='ADMIN'"]),
    rule("membership_subject_length", &["+membership subject='t'"], &["+membership subject=''"]),
    rule(UNIQUE, &["+person slug='p8', subject='t'", "+person id=@n8, slug='p9', subject='u'"],
        &["+person slug='p8', subject='t'", "+person id=@n8, slug='p9', subject='t'"]),
    // Slugs.
    rule("series_slug_format", &["+series slug='a-b_1.c'"], &["+series slug=''"]),
    rule("series_slug_format", &["+series slug='ab'"], &["+series slug='Ab'"]),
    rule("series_slug_format", &["+series slug='ab'"], &["+series slug='a b'"]),
    rule("room_slug_format", &["+room slug='aaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbb'"],
        &["+room slug='aaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbbc'"]),
    rule(UNIQUE, &["+series"], &["+series slug='s1'"]),
    rule(UNIQUE, &["+event"], &["+event slug='e1'"]),
    rule(UNIQUE, &["+venue"], &["+venue slug='v1'"]),
    rule(UNIQUE, &["+person"], &["+person slug='p1'"]),
    rule(UNIQUE, &["+microconference slug='m1', event_id=@e2"], &["+microconference slug='m1'"]),
    rule(UNIQUE, &["+session slug='n1', event_id=@e2"], &["+session slug='n1'"]),
    rule(UNIQUE, &["+announcement slug='w1', event_id=@e2"], &["+announcement slug='w1'"]),
    rule(UNIQUE, &["+room slug='r1', venue_id=@v2"], &["+room slug='r1'"]),
    // A slug that was used once stays with its bearer, who may take it up again.
    rule(UNIQUE, &["UPDATE series SET slug = 'x' WHERE id = @s1", "UPDATE series SET slug = 's1' WHERE id = @s1", "+series slug='y'"],
        &["UPDATE series SET slug = 'x' WHERE id = @s1", "+series slug='s1'"]),
    rule(UNIQUE, &["UPDATE event SET slug = 'x' WHERE id = @e1"],
        &["UPDATE event SET slug = 'x' WHERE id = @e1", "UPDATE event SET slug = 'e1' WHERE id = @e2"]),
    rule(UNIQUE, &["DELETE FROM venue WHERE id = @v2", "+venue"], &["DELETE FROM venue WHERE id = @v2", "+venue slug='v2'"]),
    rule(UNIQUE, &["UPDATE person SET slug = 'x' WHERE id = @p1", "+person"],
        &["UPDATE person SET slug = 'x' WHERE id = @p1", "+person slug='p1'"]),
    rule(UNIQUE, &["DELETE FROM microconference WHERE id = @m3", "+microconference slug='m3', event_id=@e2"],
        &["DELETE FROM microconference WHERE id = @m3", "+microconference slug='m3'"]),
    rule(UNIQUE, &["UPDATE session SET slug = 'x' WHERE id = @n2", "+session slug='n2'"],
        &["UPDATE session SET slug = 'x' WHERE id = @n2", "+session slug='n2', event_id=@e2"]),
    rule(UNIQUE, &["DELETE FROM announcement WHERE id = @w2", "+announcement slug='w2'"],
        &["DELETE FROM announcement WHERE id = @w2", "+announcement slug='w2', event_id=@e2"]),
    rule(UNIQUE, &["UPDATE room SET venue_id = @v2 WHERE id = @r1"],
        &["UPDATE room SET venue_id = @v2 WHERE id = @r1", "+room slug='r1'"]),
    rule(UNIQUE, &["+room slug='r1', venue_id=@v2", "UPDATE room SET slug = 'r2' WHERE id = @r1"],
        &["+room slug='r1', venue_id=@v2", "UPDATE room SET venue_id = @v2 WHERE id = @r1"]),
    rule("slug_kind_known", &["+slug"], &["+slug kind='topic'"]),

    // Numbers and formats.
    rule("event_acronym_length", &["+event acronym='lpc21'"], &["+event acronym='lpc'"]),
    rule("event_day_starts_at_format", &["+event day_starts_at='06:00'"], &["+event day_starts_at='6:00'"]),
    rule("venue_country_code_length", &["+venue country_code='IE'"], &["+venue country_code='IRL'"]),
    rule("venue_latitude_range", &["+venue latitude=-90"], &["+venue latitude=90.5"]),
    rule("venue_longitude_range", &["+venue longitude=180"], &["+venue longitude=-180.5"]),
    rule("room_capacity_from_1", &["+room capacity=1"], &["+room capacity=0"]),

    // Events.
    rule("event_days_in_order", &["+event ends_on='2023-11-13'"], &["+event ends_on='2023-11-12'"]),
    rule("event_days_together", &["+event starts_on=null, ends_on=null, date_status='TO_BE_ANNOUNCED'"], &["+event ends_on=null"]),
    rule("event_days_announced", &["+event date_status='TENTATIVE'"], &["+event date_status='TO_BE_ANNOUNCED'"]),
    rule("event_days_announced", &["+event starts_on=null, ends_on=null, date_status='TO_BE_ANNOUNCED'"], &["+event starts_on=null, ends_on=null"]),
    rule(FOREIGN, &["+event series_id=@s1"], &["+event series_id=@none"]),
    rule(FOREIGN, &["+event series_id=@s1", "DELETE FROM series WHERE id = @s2"], &["+event series_id=@s1", "DELETE FROM series WHERE id = @s1"]),
    rule("event_previous_edition_other", &["+event previous_edition_id=@e2"], &["+event previous_edition_id=@new"]),
    rule(UNIQUE, &["+event previous_edition_id=@e1"],
        &["UPDATE event SET previous_edition_id = @e1 WHERE id = @e2", "+event previous_edition_id=@e1"]),
    rule(FOREIGN, &["+event previous_edition_id=@e1", "DELETE FROM event WHERE id = @e2"],
        &["+event previous_edition_id=@e1", "DELETE FROM event WHERE id = @e1"]),
    rule("an edition starts after", &["+event previous_edition_id=@e2, starts_on='2022-09-13'"], &["+event previous_edition_id=@e2, starts_on='2022-09-12'"]),
    rule("an edition starts after", &["UPDATE event SET previous_edition_id = @e1 WHERE id = @e2"], &["UPDATE event SET previous_edition_id = @e2 WHERE id = @e1"]),
    rule("an edition starts after", &["+event previous_edition_id=@e2", "UPDATE event SET starts_on = '2022-09-13' WHERE id = @new"],
        &["+event previous_edition_id=@e2", "UPDATE event SET starts_on = '2022-09-11' WHERE id = @new"]),
    rule("an edition starts after", &["+event previous_edition_id=@e2", "UPDATE event SET starts_on = '2023-11-12', ends_on = '2023-11-20' WHERE id = @e2"],
        &["+event previous_edition_id=@e2", "UPDATE event SET starts_on = '2023-11-13', ends_on = '2023-11-20' WHERE id = @e2"]),
    rule("of the same series", &["UPDATE event SET series_id = @s1 WHERE id = @e2", "+event previous_edition_id=@e2, series_id=@s1"],
        &["UPDATE event SET series_id = @s1 WHERE id = @e2", "+event previous_edition_id=@e2, series_id=@s2"]),
    rule("of the same series", &["+event previous_edition_id=@e2, series_id=@s1", "UPDATE event SET series_id = @s1 WHERE id = @e2"],
        &["+event previous_edition_id=@e2, series_id=@s1", "UPDATE event SET series_id = @s2 WHERE id = @e2"]),
    rule("does not come before itself",
        &["UPDATE event SET starts_on = null, ends_on = null, date_status = 'TO_BE_ANNOUNCED'", "+event previous_edition_id=@e2",
          "UPDATE event SET previous_edition_id = @e1 WHERE id = @e2"],
        &["UPDATE event SET starts_on = null, ends_on = null, date_status = 'TO_BE_ANNOUNCED'", "+event previous_edition_id=@e2, starts_on=null, ends_on=null, date_status='TO_BE_ANNOUNCED'",
          "UPDATE event SET previous_edition_id = @e1 WHERE id = @e2", "UPDATE event SET previous_edition_id = @new WHERE id = @e1"]),
    rule(UNIQUE, &["+event_audience"], &["+event_audience tag='linux'"]),
    rule(UNIQUE, &["+event_venue role='OVERFLOW'"], &["+event_venue role='SOCIAL'"]),
    rule(FOREIGN, &["DELETE FROM venue WHERE id = @v2"], &["DELETE FROM venue WHERE id = @v1"]),
    rule("co_location_smaller_first", &["+event", "+co_location event_id=@e1, other_event_id=@new"], &["+event", "+co_location event_id=@new, other_event_id=@e1"]),
    rule("co_location_smaller_first", &["+event", "+co_location event_id=@e2, other_event_id=@new"], &["+co_location event_id=@e1, other_event_id=@e1"]),

    // Microconferences.
    rule("microconference_acceptance", &["+microconference was_accepted=false, status='DECLINED'"], &["+microconference was_accepted=false, status='ACCEPTED'"]),
    rule("microconference_acceptance", &["+microconference was_accepted=true, status='WITHDRAWN'"], &["+microconference was_accepted=false, status='CANCELLED'"]),
    rule("microconference_acceptance", &["+microconference was_accepted=true, status='HELD'"], &["+microconference was_accepted=false, status='HELD'"]),
    rule("microconference_previous_edition_other", &["+microconference"], &["+microconference previous_edition_id=@new"]),
    rule(UNIQUE, &["+microconference event_id=@e2, previous_edition_id=@m1"],
        &["UPDATE microconference SET previous_edition_id = @m1 WHERE id = @m2", "+microconference event_id=@e2, previous_edition_id=@m1"]),
    rule("in an earlier event", &["+microconference event_id=@e2, previous_edition_id=@m1"], &["+microconference event_id=@e1, previous_edition_id=@m1"]),
    rule("in an earlier event", &["+microconference event_id=@e2, previous_edition_id=@m1"], &["+microconference event_id=@e1, previous_edition_id=@m2"]),
    rule("in an earlier event", &["UPDATE microconference SET previous_edition_id = @m1 WHERE id = @m2"], &["UPDATE microconference SET previous_edition_id = @m2 WHERE id = @m1"]),
    rule("its edition before in an earlier event",
        &["UPDATE microconference SET previous_edition_id = @m1 WHERE id = @m2", "UPDATE event SET starts_on = '2021-09-21' WHERE id = @e2"],
        &["UPDATE microconference SET previous_edition_id = @m1 WHERE id = @m2", "UPDATE event SET starts_on = '2021-09-20' WHERE id = @e2"]),
    rule("its edition before in an earlier event",
        &["UPDATE microconference SET previous_edition_id = @m1 WHERE id = @m2", "UPDATE event SET ends_on = '2022-09-20', starts_on = '2022-09-11' WHERE id = @e1"],
        &["UPDATE microconference SET previous_edition_id = @m1 WHERE id = @m2", "UPDATE event SET ends_on = '2022-09-20', starts_on = '2022-09-12' WHERE id = @e1"]),
    rule("does not come before itself",
        &["UPDATE event SET starts_on = null, ends_on = null, date_status = 'TO_BE_ANNOUNCED'", "UPDATE microconference SET previous_edition_id = @m1 WHERE id = @m2"],
        &["UPDATE event SET starts_on = null, ends_on = null, date_status = 'TO_BE_ANNOUNCED'", "UPDATE microconference SET previous_edition_id = @m1 WHERE id = @m2",
          "UPDATE microconference SET previous_edition_id = @m2 WHERE id = @m1"]),
    rule(UNIQUE, &["+microconference_keyword"], &["+microconference_keyword keyword='Clocks'"]),

    // Topics and accomplishments.
    rule("topic_depth_range", &["+topic parent_id=@t2, depth=2"], &["+topic parent_id=@t3, depth=3"]),
    rule("topic_depth_of_root", &["+topic"], &["+topic depth=1"]),
    rule("topic_depth_of_root", &["+topic parent_id=@t1, depth=1"], &["+topic parent_id=@t1, depth=0"]),
    rule("one deeper than its parent", &["+topic parent_id=@t2, depth=2"], &["+topic parent_id=@t1, depth=2"]),
    rule("one deeper than its parent", &["UPDATE topic SET parent_id = @t1, depth = 1 WHERE id = @t3"], &["UPDATE topic SET parent_id = @t1 WHERE id = @t3"]),
    rule("one deeper than its parent", &["UPDATE topic SET parent_id = null, depth = 0 WHERE id = @t2", "UPDATE topic SET depth = 1 WHERE id = @t3"],
        &["UPDATE topic SET parent_id = null, depth = 0 WHERE id = @t2", "UPDATE topic SET depth = 1 WHERE id = @t3", "UPDATE topic SET depth = 2 WHERE id = @t3"]),
    rule("not beneath itself", &["+topic parent_id=@t1, depth=1"], &["UPDATE topic SET parent_id = @t2, depth = 2 WHERE id = @t1"]),
    rule("topic_continues_other", &["+topic continues_id=@u1"], &["+topic continues_id=@new"]),
    rule(FOREIGN, &["+topic continues_id=@u1", "DELETE FROM topic WHERE id = @t1"], &["+topic continues_id=@u1", "DELETE FROM topic WHERE id = @u1"]),
    rule(FOREIGN, &["+topic event_id=@e2, microconference_id=@m2"], &["+topic event_id=@e2, microconference_id=@m1"]),
    rule(FOREIGN, &["+topic parent_id=@x1, depth=1, microconference_id=@m3"], &["+topic parent_id=@x1, depth=1, microconference_id=@m1"]),
    rule(FOREIGN, &["UPDATE topic SET microconference_id = @m3 WHERE id = @t1"], &["UPDATE topic SET microconference_id = @m3 WHERE id = @t2"]),
    rule(FOREIGN, &["+accomplishment event_id=@e2, microconference_id=@m2"], &["+accomplishment event_id=@e2, microconference_id=@m1"]),
    rule(UNIQUE, &["+accomplishment_topic"], &["+accomplishment_topic topic_id=@u1"]),

    // Sessions, schedules and slots.
    rule(FOREIGN, &["+session microconference_id=@m1"], &["+session microconference_id=@m2"]),
    rule(UNIQUE, &["+session_topic"], &["+session_topic topic_id=@t2"]),
    rule("session_duration_minutes_from_1", &["+session duration_minutes=1"], &["+session duration_minutes=0"]),
    rule("session_expected_attendance_from_1", &["+session expected_attendance=1"], &["+session expected_attendance=0"]),
    rule("schedule_release_from_1", &["+schedule release=3, published_at='2021-09-01T00:00:00+00:00'"], &["+schedule release=0, published_at='2021-09-01T00:00:00+00:00'"]),
    rule("schedule_release_published", &["+schedule release=2, published_at='2021-09-01T00:00:00+00:00'"], &["+schedule release=2"]),
    rule("schedule_release_published", &["+event", "+schedule event_id=@new"], &["+event", "+schedule event_id=@new, published_at='2021-09-01T00:00:00+00:00'"]),
    rule(UNIQUE, &["+schedule release=1, published_at='2021-09-01T00:00:00+00:00', event_id=@e2"], &["+schedule release=1, published_at='2021-09-01T00:00:00+00:00'"]),
    rule(UNIQUE, &["+event", "+schedule event_id=@new"], &["+schedule event_id=@e1"]),
    rule("keeps its number and its event", &["UPDATE schedule SET label = 'First' WHERE id = @d2"], &["UPDATE schedule SET release = 2 WHERE id = @d2"]),
    rule("keeps its number and its event", &["UPDATE schedule SET release = 2, published_at = '2021-09-01T00:00:00+00:00' WHERE id = @d1"],
        &["DELETE FROM schedule WHERE id = @d1", "UPDATE schedule SET release = null, published_at = null WHERE id = @d2"]),
    rule("keeps its number and its event", &["DELETE FROM slot", "UPDATE schedule SET label = 'x' WHERE id = @d2"], &["DELETE FROM slot", "UPDATE schedule SET event_id = @e2 WHERE id = @d2"]),
    rule("slot_times_in_order", &["+slot"], &["+slot ends_at='2021-09-20T10:00:00+00:00'"]),
    rule(UNIQUE, &["+slot schedule_id=@d2"], &["+slot uid='l1'"]),
    rule(FOREIGN, &["+slot schedule_id=@d3, session_id=@n2, event_id=@e2"], &["+slot schedule_id=@d3, session_id=@n1, event_id=@e2"]),
    rule(FOREIGN, &["+slot schedule_id=@d3, session_id=@n2, event_id=@e2"], &["+slot schedule_id=@d1, session_id=@n2, event_id=@e2"]),
    rule(FOREIGN, &["DELETE FROM room WHERE id = @r1"], &["+slot room_id=@r1", "DELETE FROM room WHERE id = @r1"]),
    rule("a release does not change", &["UPDATE schedule SET label = 'First' WHERE id = @d2", FREEZE],
        &[FREEZE, "UPDATE schedule SET label = 'First' WHERE id = @d2"]),
    rule("a release does not change", &[FREEZE], &[FREEZE, "UPDATE schedule SET is_frozen = false WHERE id = @d2"]),
    rule("a release takes no further slots", &["+slot schedule_id=@d2", FREEZE], &[FREEZE, "+slot schedule_id=@d2"]),
    rule("a slot of a release goes only with its event", &["DELETE FROM slot WHERE id = @l2", FREEZE], &[FREEZE, "DELETE FROM slot WHERE id = @l2"]),
    rule("a slot of a release goes only with its event", &["DELETE FROM session WHERE id = @n1", FREEZE], &[FREEZE, "DELETE FROM session WHERE id = @n1"]),
    rule("a release goes only with its event", &[FREEZE, "DELETE FROM schedule WHERE id = @d1"],
        &["DELETE FROM slot WHERE id = @l2", FREEZE, "DELETE FROM schedule WHERE id = @d2"]),
    rule("a release goes only with its event", &[FREEZE, "DELETE FROM event WHERE id = @e1"],
        &[FREEZE, "DELETE FROM slot WHERE id = @l1", "DELETE FROM schedule WHERE id = @d2"]),
    rule("a slot of a release does not change", &["UPDATE slot SET room_id = @r1 WHERE id = @l1"], &["UPDATE slot SET room_id = @r1 WHERE id = @l2"]),
    rule("a slot of a release does not change", &["UPDATE slot SET version = 2 WHERE id = @l1", DELAY], &["UPDATE slot SET version = 2 WHERE id = @l2"]),
    rule("a slot of a draft does not run late", &[DELAY], &["UPDATE slot SET delay_minutes = 5, delay_ends_at = '2021-09-21T03:00:00+00:00' WHERE id = @l1"]),
    rule("slot_delay_minutes_from_1", &[DELAY], &["UPDATE slot SET delay_minutes = 0, delay_ends_at = '2021-09-21T03:00:00+00:00' WHERE id = @l2"]),
    rule("slot_delay_ends", &[DELAY], &["UPDATE slot SET delay_minutes = 5 WHERE id = @l2"]),
    rule("a slot of a release does not change", &["+slot schedule_id=@d2"], &["+slot", "UPDATE slot SET schedule_id = @d2 WHERE id = @new"]),

    // People, credits, references and external ids.
    rule("credit_one_subject", &["+credit topic_id=@t1"], &["+credit topic_id=@t1, session_id=@n1"]),
    rule("credit_somebody", &["+credit person_id=null, credited_as='The committee'"], &["+credit person_id=null"]),
    rule(FOREIGN, &["DELETE FROM credit", "DELETE FROM announcement_subject", "DELETE FROM person WHERE id = @p1"],
        &["DELETE FROM announcement_subject", "DELETE FROM person WHERE id = @p1"]),
    rule(FOREIGN, &["+credit microconference_id=@m1"], &["+credit microconference_id=@m2"]),
    rule(FOREIGN, &["+credit topic_id=@t1"], &["+credit topic_id=@u1"]),
    rule(FOREIGN, &["+credit accomplishment_id=@a1"], &["+credit accomplishment_id=@a1, event_id=@e2"]),
    rule(FOREIGN, &["+credit session_id=@n1"], &["+credit session_id=@n2"]),
    rule("reference_one_subject", &["+reference accomplishment_id=@a1"], &["+reference accomplishment_id=@a1, microconference_id=@m1"]),
    rule(FOREIGN, &["+reference microconference_id=@m1"], &["+reference microconference_id=@m2"]),
    rule(FOREIGN, &["+reference topic_id=@t1"], &["+reference topic_id=@u1"]),
    rule(FOREIGN, &["+reference accomplishment_id=@a1"], &["+reference accomplishment_id=@a1, event_id=@e2"]),
    rule(FOREIGN, &["+reference session_id=@n1"], &["+reference session_id=@n2"]),
    rule("external_id_one_owner", &["+external_id topic_id=@t1"], &["+external_id"]),
    rule("external_id_one_owner", &["+external_id topic_id=@t1"], &["+external_id topic_id=@t1, session_id=@n1"]),
    rule(UNIQUE, &["+external_id value='1', topic_id=@t1"], &["+external_id value='1', event_id=@e2"]),
    rule(UNIQUE, &["+external_id session_id=@n1", "+external_id id=@o, person_id=@p1", "+external_id id=@q, room_id=@r1", "+external_id id=@r, system='x', room_id=@r1"],
        &["+external_id session_id=@n1", "+external_id id=@o, session_id=@n1"]),

    // Availabilities.
    rule("availability_one_subject", &["+availability person_id=null, room_id=@r1"], &["+availability event_id=@e2, room_id=@r1"]),
    rule("availability_one_subject", &["+availability event_id=@e2"], &["+availability person_id=null"]),
    rule(UNIQUE, &["+availability event_id=@e2"], &["+availability"]),

    // Announcements and changes of events.
    rule("announcement_supersedes_other", &["+announcement supersedes_id=@w1"], &["+announcement supersedes_id=@new"]),
    rule(UNIQUE, &["+announcement supersedes_id=@w1"], &["+announcement supersedes_id=@w1", "+announcement id=@o, slug='o', supersedes_id=@w1"]),
    rule(FOREIGN, &["+announcement supersedes_id=@w1"], &["+announcement supersedes_id=@w2"]),
    rule("announcement_subject_one_subject", &["+announcement_subject topic_id=@t1"], &["+announcement_subject"]),
    rule("announcement_subject_one_subject", &["+announcement_subject venue_id=@v1"], &["+announcement_subject topic_id=@t1, venue_id=@v1"]),
    rule(UNIQUE, &["+announcement_subject event_id=@e1"], &["+announcement_subject event_id=@e1, position=1"]),
    rule(FOREIGN, &["+event_change announcement_id=@w2"], &["+event_change announcement_id=@e1"]),
    rule(FOREIGN, &["DELETE FROM event_change", "DELETE FROM announcement WHERE id = @w1"], &["DELETE FROM announcement WHERE id = @w1"]),

    // Links.
    rule("chat_link_one_subject", &["+chat_link session_id=@n1"], &["+chat_link session_id=@n1, microconference_id=@m1"]),
    rule("chat_link_one_subject", &["+chat_link room_id=@r1"], &["+chat_link session_id=@n1, room_id=@r1"]),
    rule("chat_link_event_or_room", &["+chat_link event_id=null, room_id=@r1"], &["+chat_link event_id=null"]),
    rule("chat_link_event_or_room", &["+chat_link session_id=@n1"], &["+chat_link event_id=null, session_id=@n1"]),
    rule(FOREIGN, &["+chat_link session_id=@n1"], &["+chat_link session_id=@n2"]),
    rule(FOREIGN, &["+chat_link microconference_id=@m1"], &["+chat_link microconference_id=@m2"]),
    rule(FOREIGN, &["DELETE FROM video_link", "DELETE FROM chat_link"], &["DELETE FROM chat_link"]),
    rule("video_link_one_subject", &["+video_link session_id=@n1"], &["+video_link session_id=@n1, microconference_id=@m1"]),
    rule("video_link_event_or_room", &["+video_link event_id=null, room_id=@r1"], &["+video_link event_id=null, microconference_id=@m1"]),
    rule("video_link_times_in_order", &["+video_link opens_at='2021-09-20T10:00:00+00:00'"],
        &["+video_link opens_at='2021-09-20T10:00:00+00:00', closes_at='2021-09-20T10:00:00+00:00'"]),
    rule(FOREIGN, &["+video_link session_id=@n1"], &["+video_link session_id=@n2"]),
    rule(FOREIGN, &["+video_link microconference_id=@m1"], &["+video_link microconference_id=@m2"]),

    // Versions and places on lists hold of every table alike.
    rule("series_version_from_1", &["+series version=2"], &["+series version=0"]),
    rule("slot_version_from_1", &["+slot version=2"], &["+slot version=0"]),
    rule("topic_position_from_0", &["+topic position=7"], &["+topic position=-1"]),
    rule(NOT_NULL, &["+series"], &["+series id=null"]),

    // The change log.
    rule("only added to", &["+change"], &["UPDATE change SET actor = 'somebody else'"]),
    rule("only added to", &["+change"], &["DELETE FROM change"]),
    // An event takes all that belongs to it along, releases too; a microconference and a session likewise.
    rule(FOREIGN, &["DELETE FROM event WHERE id = @e1", "DELETE FROM event WHERE id = @e2"], &["+event previous_edition_id=@e2", "DELETE FROM event WHERE id = @e2"]),
    rule(FOREIGN, &["+session microconference_id=@m1", "+slot session_id=@new, schedule_id=@d2", "DELETE FROM microconference WHERE id = @m1"],
        &["UPDATE topic SET continues_id = @t1 WHERE id = @u1", "DELETE FROM microconference WHERE id = @m1"]),
];

#[tokio::test]
async fn the_database_rejects_invalid_rows() {
    on_each(async |database| {
        fill(database).await?;
        let mut wrong = Vec::new();
        for rule in RULES {
            if let Some(error) = first_error(database, rule.taken).await? {
                wrong.push(format!("{:?} is not taken: {error}", rule.taken));
            }
            let (last, before) = rule.refused.split_last().expect("a statement");
            if let Some(error) = first_error(database, before).await? {
                wrong.push(format!("{before:?} is not taken: {error}"));
            }
            match first_error(database, rule.refused).await? {
                None => wrong.push(format!("{last} is taken, against: {}", rule.why)),
                Some(error) if !is(&error, rule.why) => {
                    wrong.push(format!("{last} is refused, but not for {}: {error}", rule.why));
                }
                Some(_) => {}
            }
        }
        Ok(wrong)
    })
    .await;
}

#[tokio::test]
async fn every_table_checks_positions_and_versions() {
    on_each(async |database| {
        fill(database).await?;
        let mut wrong = Vec::new();
        for (column, tables) in [
            ("version", "series event event_change venue room person microconference topic accomplishment session \
                schedule slot credit reference availability announcement chat_link video_link"),
            ("position", "event_audience event_venue room microconference microconference_keyword topic accomplishment \
                accomplishment_topic session_topic credit reference external_id announcement_subject chat_link video_link"),
        ] {
            for table in tables.split_whitespace() {
                let update = format!("UPDATE {table} SET {column} = -1");
                // What is final refuses in its own words, so the slots of the release go first.
                let all = ["DELETE FROM slot WHERE schedule_id = @d2", &update];
                let name = format!("{table}_{column}_from_");
                match first_error(database, &all).await? {
                    Some(error) if is(&error, &name) => {}
                    other => wrong.push(format!("{update}: {other:?}")),
                }
            }
        }
        Ok(wrong)
    })
    .await;
}

#[tokio::test]
async fn the_change_log_cannot_be_emptied() {
    on_each(async |database| {
        if database.get_database_backend() == DbBackend::Sqlite {
            return Ok(Vec::new());
        }
        match first_error(database, &["TRUNCATE change"]).await? {
            Some(error) if is(&error, "only added to") => Ok(Vec::new()),
            other => Ok(vec![format!("{other:?}")]),
        }
    })
    .await;
}

#[tokio::test]
async fn slugs_are_recorded_once_with_their_scope() {
    on_each(async |database| {
        let backend = database.get_database_backend();
        fill(database).await?;
        for step in ["x", "r1", "r1", "x"] {
            let rename = format!("UPDATE room SET slug = '{step}' WHERE id = @r1");
            database.execute_unprepared(&sql(backend, &rename)).await?;
        }
        let count = async |condition: &str| {
            let count = format!("SELECT count(*) AS found FROM slug WHERE {condition}");
            let statement = Statement::from_string(backend, sql(backend, &count));
            let row = database.query_one_raw(statement).await?;
            row.map_or(Ok(-1), |row| row.try_get::<i64>("", "found"))
        };
        let mut wrong = Vec::new();
        for (condition, expected) in [
            ("kind = 'room' AND scope_id = @v1 AND node_id = @r1", 2),
            ("kind = 'session' AND scope_id = @e2 AND slug = 'n2' AND node_id = @n2", 1),
            ("kind = 'microconference' AND scope_id = @e1 AND slug = 'm1' AND node_id = @m1", 1),
            ("kind = 'announcement' AND scope_id = @e1 AND slug = 'w1' AND node_id = @w1", 1),
            ("kind IN ('series', 'event', 'venue', 'person') AND scope_id = @", 7),
            ("true", 16),
        ] {
            // A lone @ is the nil UUID.
            let found = count(condition).await?;
            if found != expected {
                wrong.push(format!("{found} slugs, not {expected}: {condition}"));
            }
        }
        Ok(wrong)
    })
    .await;
}

#[tokio::test]
async fn subtopics_follow_their_topic_to_another_microconference() {
    on_each(async |database| {
        let backend = database.get_database_backend();
        fill(database).await?;
        let step = "UPDATE topic SET microconference_id = @m3 WHERE id = @t1";
        database.execute_unprepared(&sql(backend, step)).await?;
        let left = "SELECT count(*) AS found FROM topic WHERE microconference_id = @m1";
        let statement = Statement::from_string(backend, sql(backend, left));
        let row = database.query_one_raw(statement).await?;
        let left = row.map_or(Ok(-1), |row| row.try_get::<i64>("", "found"))?;
        Ok((left != 0).then(|| format!("{left} topics stayed")).into_iter().collect())
    })
    .await;
}

/// Whether this is what the error is about, in the words of either database.
pub fn is(error: &DbErr, why: &str) -> bool {
    let text = error.to_string().to_lowercase();
    text.contains(why) || (why == NOT_NULL && text.contains("violates not-null constraint"))
}

/// Tries the statements and takes them back.
pub async fn first_error(database: &DatabaseConnection, statements: &[&str]) -> Result<Option<DbErr>, DbErr> {
    let transaction = database.begin().await?;
    let mut error = None;
    for short in statements {
        let sql = sql(database.get_database_backend(), short);
        if let Err(refused) = transaction.execute_unprepared(&sql).await {
            error = Some(refused);
            break;
        }
    }
    transaction.rollback().await?;
    Ok(error)
}
