/** @file Openings that many questions share. */

/** Before a noun: "tell me … the capital of France". */
export const what =
  "(what is|what is|what is|what's|what's|tell me|can you tell me|could you tell me|do you know|give me|I want to know|I would like to know|please tell me|I need)";

/** Before a clause: "do you know … what colour the sky is". */
export const know =
  "(do you know|can you tell me|could you tell me|can you say|tell me|please tell me|I want to know|I would like to know|I wonder|any idea)";

/** Before what is asked again of something else: "and … Italy". */
export const also = "(and|what about|how about|and what about|and how about)";
