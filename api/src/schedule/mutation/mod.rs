//! The mutations of schedules.

mod delay;
mod draft;
mod release;

use async_graphql::ID;

use super::{
    Schedule, Slot,
    changes::ScheduleChange,
    conflict::{ScheduleConflict, Standing},
    input::{
        MoveSlotInput, PlaceSessionInput, PublishScheduleInput, RemoveSlotInput, ReportDelayInput,
        ResetDraftScheduleInput, ShiftSlotsInput,
    },
};
use crate::{execution::lookup::Objects, mutation::mutations, session::Session};

mutations! {
    /// Adds a slot for a session to the draft schedule of its event. A session can have several slots. If the event has no
    /// draft yet, it is created from the latest release.
    ///
    /// Example: `mutation { placeSession(input: { sessionId: "session_01h455vb4pex5vsknk084sn02q",
    /// start: { local: "2021-09-20T10:00:00" }, durationMinutes: 45 }) { slot { id } errors { code message path } } }`.
    place_session(PlaceSessionInput) -> PlaceSessionPayload {
        /// The created slot. Null if the mutation failed.
        slot: Slot,
        /// Conflicts of the slot in the draft, after all fields of the operation. Null if the mutation failed.
        conflicts: Standing,
    };

    /// Changes the time or room of a slot in the draft schedule. The slot keeps its `uid`.
    move_slot(MoveSlotInput) -> MoveSlotPayload {
        /// The updated slot. Null if the mutation failed.
        slot: Slot,
        /// Conflicts of the slot in the draft, after all fields of the operation. Null if the mutation failed.
        conflicts: Standing,
    };

    /// Removes a slot from the draft schedule.
    remove_slot(RemoveSlotInput) -> RemoveSlotPayload {
        /// ID of the removed slot. Null if the mutation failed.
        deleted_id: ID,
        /// The session that had the slot.
        session: Session,
    };

    /// Moves the slots of an event, room or microconference by some minutes. Applies to the draft schedule, from a
    /// given time on, for example if a room runs late.
    shift_slots(ShiftSlotsInput) -> ShiftSlotsPayload {
        /// The shifted slots, sorted by start time. Null if the mutation failed.
        slots: Vec<Slot>,
        /// Conflicts of these slots in the draft, after all fields of the operation. Null if the mutation failed.
        conflicts: Standing,
    };

    /// Makes the draft schedule a copy of a release. Slots that are in both keep their IDs. Changes to the draft are
    /// lost.
    reset_draft_schedule(ResetDraftScheduleInput) -> ResetDraftSchedulePayload {
        /// The draft. Null if the mutation failed.
        schedule: Schedule,
    };

    /// Publishes the draft schedule as the next release. Releases can't be changed. The draft is kept. Conflicts of
    /// the kinds in `blockingConflicts` of the event cause a `ScheduleConflictError`, unless `overrideReason` is given.
    ///
    /// Example: `mutation { publishSchedule(input: { eventId: "event_01h455vb4pex5vsknk084sn02q", label: "Second" })
    /// { schedule { release } changes { kind session { title } } errors { code message path } } }`.
    publish_schedule(PublishScheduleInput) -> PublishSchedulePayload {
        /// The new release. Null if the mutation failed.
        schedule: Schedule,
        /// Changes since the previous release, sorted by time. In the first release, every slot is `ADDED`. Null if the
        /// mutation failed.
        changes: Objects<ScheduleChange>,
        /// Conflicts in the new release, most severe first. Null if the mutation failed.
        conflicts: Objects<ScheduleConflict>,
    };

    /// Reports how late a slot runs, or everything that is left today in a room. Applies to the latest release at once:
    /// `delayMinutes` of the slots shows it, and `now` and `next` of the schedule go by it. It ends with the day in the
    /// event's time zone. A release published later that day keeps it for slots that it does not move.
    ///
    /// Example: `mutation { reportDelay(input: { slotId: "slot_01h455vb4pex5vsknk084sn02q", minutes: 15 })
    /// { slots { uid delayMinutes } errors { code message path } } }`.
    report_delay(ReportDelayInput) -> ReportDelayPayload {
        /// The slots that run late, or no longer, by start; null on errors.
        slots: Vec<Slot>,
    };
}
