/** The way back from a message that says what was done: it says that it worked, or why it did not. */

import { messageOf } from "../api/messages.ts";
import { say } from "./toast.tsx";

export async function undoBy(act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
    say({ title: "Undone" });
  } catch (error) {
    const { title, about } = messageOf(error);
    say({ title, about, isProblem: true });
  }
}
