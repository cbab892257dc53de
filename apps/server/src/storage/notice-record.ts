/** The log of notices, which webhooks and open pages follow beside the changes. */

import type { AlertMessage, NoticeTopic, RolloutMessage } from "@dimmer/protocol";

/** Something that webhooks may want to hear beside the changes; its message, ready to be sent. */
export interface NoticeRecord {
  readonly project: string;
  /** Counts the project's notices from 1. */
  readonly sequence: number;
  readonly at: number;
  readonly topic: NoticeTopic;
  readonly body: AlertMessage | RolloutMessage;
}

export interface NoticeReads {
  /** The first of these topics after a sequence. */
  getNoticeAfter(project: string, sequence: number, topics: readonly NoticeTopic[]): Promise<NoticeRecord | null>;
  getNotice(project: string, sequence: number): Promise<NoticeRecord | null>;
  /** After a sequence, in order. */
  listNotices(project: string, after: number, limit: number): Promise<readonly NoticeRecord[]>;
  lastNoticeSequence(project: string): Promise<number>;
}

export interface NoticeWrites {
  /** Drops all but the newest `keep` of the project. */
  putNotice(record: NoticeRecord, keep: number): Promise<void>;
}
