/** What the rules caught as one JSON document. Shape: templates/schema/events.schema.json. */

import type { Thing } from '../audit/act.ts';
import type { Actor } from '../audit/call.ts';
import type { Occurrence, Story } from '../evaluate/caught.ts';
import { sentence } from './events.ts';
import { document, SCHEMA_VERSION } from './json.ts';
import type { EventsReport } from './report.ts';
import { nameOf } from './who.ts';

/** `events`: one document, without a final newline. */
export function eventsJson(report: EventsReport): string {
  const { run, since, until, controls, log, occurrences, isCut, users, notes, exitCode } = report;
  return document({
    schemaVersion: SCHEMA_VERSION,
    tool: run.tool,
    since,
    until,
    controls: controls ?? null,
    log: {
      file: log.logFile,
      read: log.files,
      unreadableLines: log.unreadable,
      skippedBytes: log.skippedBytes,
    },
    isCut,
    events: occurrences.map((one) => occurrenceJson(one, users)),
    notes,
    exitCode,
  });
}

function occurrenceJson(one: Occurrence, users: EventsReport['users']): object {
  const { story, first, last, count, serial, node } = one;
  return {
    first: first.toISOString(),
    last: last.toISOString(),
    count,
    serial,
    ...(node !== undefined && { node }),
    sentence: sentence(story, users),
    ...storyJson(story, users),
  };
}

function storyJson(story: Story, users: EventsReport['users']): object {
  if (story.kind === 'act') {
    const { act, actor, keys, sections } = story;
    return {
      kind: 'act',
      act: act.kind,
      what: thingJson(act.what),
      ...(act.to && { to: thingJson(act.to) }),
      ...(act.value !== undefined && { value: act.value }),
      error: act.error ?? null,
      by: actorJson(actor, users),
      keys,
      controls: sections,
    };
  }
  const { kind, actor, ...told } = story.announcement;
  return { kind, ...told, by: actorJson(actor, users) };
}

function thingJson(thing: Thing | undefined): object | null {
  if (thing === undefined) return null;
  const { path = null, name = null, inode = null } = thing;
  return { path, name, inode };
}

function actorJson(actor: Actor, users: EventsReport['users']): object {
  const { login, user, loginName, userName, program, command, pid } = actor;
  return {
    login: login ?? null,
    loginName: nameOf(login, loginName, users) ?? null,
    user: user ?? null,
    userName: nameOf(user, userName, users) ?? null,
    program: program ?? null,
    command: command ?? null,
    pid: pid ?? null,
  };
}
