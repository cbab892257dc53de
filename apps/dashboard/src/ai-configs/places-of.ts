/** Where the form of a config can say something: the JSON Pointers of its fields. */

import type { JsonValue } from "@dimmer/evaluation";
import { isObject, type JsonObject } from "../ui/json-object.ts";
import { isTextMessage, isTool, otherFields } from "./config-shape.ts";
import { pointerPart } from "./pointer-part.ts";

/** Shape: also of fields that are not there and have an input all the same. Fields without a form have none: what is said of them stands at the top. */
export function placesOf(value: JsonObject): readonly string[] {
  const others = otherFields(value);
  const fields = Object.entries(value).filter(([name]) => !Object.hasOwn(others, name));
  return ["/provider", "/model", "/region", ...fields.flatMap(([name, field]) => [`/${name}`, ...placesIn(name, field)])];
}

function placesIn(name: string, field: JsonValue): readonly string[] {
  switch (name) {
    case "messages":
      return itemsOf(field).flatMap((message, at) => placesInMessage(message, `/messages/${at}`));
    case "tools":
      return itemsOf(field).flatMap((tool, at) => {
        const place = `/tools/${at}`;
        return isTool(tool)
          ? [place, `${place}/name`, `${place}/description`, ...("parameters" in tool ? [`${place}/parameters`] : [])]
          : [place];
      });
    case "responseFormat":
      return isObject(field) ? ["/responseFormat/name", "/responseFormat/schema"] : [];
    case "parameters":
    case "retrieval":
    case "public":
    case "metadata":
      return isObject(field) ? placesInObject(field, `/${name}`) : [];
    default:
      return [];
  }
}

/** The provider's own parameters are a row each. */
const placesInObject = (object: JsonObject, place: string): readonly string[] =>
  Object.entries(object).flatMap(([name, field]) => {
    const own = `${place}/${pointerPart(name)}`;
    return name === "extra" && place === "/parameters" && isObject(field) ? placesInObject(field, own) : [own];
  });

function placesInMessage(message: JsonValue, place: string): readonly string[] {
  if (!isTextMessage(message)) return [place];
  const parts = typeof message.content === "string" ? [] : message.content.map((_part, at) => `${place}/content/${at}`);
  return [place, ...(typeof message.content === "string" ? [`${place}/content`] : parts)];
}

const itemsOf = (field: JsonValue): readonly JsonValue[] => (Array.isArray(field) ? (field as readonly JsonValue[]) : []);
