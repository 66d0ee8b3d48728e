/** @file Hello, how are you, thank you, goodbye. */
import type { Deck, Lesson } from "../lesson.ts";

const hello: Lesson[] = [
  {
    asks: `
      (hello|hi|hey|hey there|hi there|hello there|greetings|hiya|howdy)
      (hello|hi|hey)( again| there|) (friend|my friend|dear friend|my dear|fastchat|model|dear model|robot|computer|assistant|everyone|to you|to you all)(!|)
      (hello|hi|hey), (hello|hi|nice to see you|anybody there|are you there|is anyone there|it is me)
      (oh|well|ah), (hello|hi|hey)( there|)
      I (want to|would like to|just want to|wanted to) say (hello|hi)
      (are you there|is anybody there|anyone here|are you awake|are you ready)
    `,
    answers: `
      Hello! How can I help you?
      Hello! It is nice to talk with you.
    `,
  },
  {
    asks: `
      (hello|hi|hey|), (can|could|will|would) (you|we) (talk|chat|help me|talk with me|talk to me|chat with me|speak with me)
      (let us|let's|we could|I want to|I would like to) (talk|chat|have a chat|have a talk|speak)( with you| a bit| a little|)
      (can|could|may) (I|we|you and I|the two of us) (talk|chat|speak|have a chat|have a talk|have a little talk)( to you| with you| now|)
      (do you want|would you like) to (talk|chat|have a chat)
    `,
    answers: `
      Yes, I would like to talk with you. What shall we talk about?
    `,
  },
];

const timesOfDay: Lesson[] = ["morning", "afternoon", "evening", "day"].map((time) => ({
  asks: `
    good ${time}( to you| to you all|, my friend|, friend|, dear model|, fastchat|, model|, everyone| there| everybody|)(!|)
    (hello|hi|hey|well|oh)(,| and) good ${time}(!|)
    (a|have a|I wish you a) (very |)good ${time}( to you|)
    (I wish you|wishing you) a (nice|lovely|good|happy) ${time}
    ${time === "morning" || time === "evening" ? time : `good ${time}`}(!|, friend|)
  `,
  answers: `Good ${time}! How can I help you?`,
}));

const howAreYou: Lesson[] = [
  {
    asks: `
      (how are you|how are you doing|how do you do|how is it going|how's it going|how are things|how do you feel)( today| this morning| now| right now| there| my friend|)
      (hello|hi|hey)(,| and| there,) (how are you|how are you doing|how is it going|how do you feel|how are things)( today| there|)
      (how is|how was|how's) your day( going| so far| today|)
      (are you|do you feel) (well|fine|ok|okay|good|all right|alright|happy)( today| now|)
      (what's up|what is up|sup|what is new|what's new|all good|everything fine|everything ok)( with you| there|)
      (tell me|can you tell me|I want to know|I wonder) how you (are|feel|are doing)( today|)
      (I hope|hope) you are (well|fine|doing well|ok)( today|)
    `,
    answers: `
      I am fine, thank you. How are you?
      I am well, thank you for asking. How are you?
    `,
    followUp: {
      asks: `
        (I am|I'm|I feel) (fine|good|very good|great|well|ok|happy|all right)( too| as well| today|)(, thanks|, thank you|)
        (fine|good|great|very well|not bad|all good|super)( too|)(, thanks|, thank you|)
      `,
      answers: `I am glad to hear that. What would you like to know?`,
    },
  },
];

const thanks: Lesson[] = [
  {
    asks: `
      (thank you|thanks|many thanks|thanks a lot|thank you very much|thank you so much|thx|ty|cheers)( my friend| fastchat| model| for that| again|)(!|)
      (thank you|thanks) for (your help|the help|helping me|the answer|your answer|your time|everything|this|telling me|explaining it)
      (that is|that was|this is|this was|that's) (very |really |so |)(helpful|useful|nice of you|kind of you|good to know|all I needed)(, thanks|, thank you|)
      (ok|okay|great|good|perfect|nice|wonderful|cool|super|all right)(,| and) (thanks|thank you|thanks a lot|many thanks)( for that| again|)
      (I thank you|I am grateful|you helped me( a lot| very much|)|I am thankful)( for your help| for the answer|)
    `,
    answers: `
      You are welcome!
      You are welcome! I am happy to help.
    `,
  },
];

const goodbye: Lesson[] = [
  {
    asks: `
      (goodbye|bye|bye bye|good bye|see you|see you later|see you soon|see you tomorrow|farewell|so long|until next time|cheerio|take care)( my friend| then| now| fastchat| model| for now|)(!|)
      (ok|okay|well|thanks|thank you|alright|great|fine)(,| and) (goodbye|bye|bye bye|see you|see you later|see you soon|take care)( then| now|)
      (I have to|I must|I need to|I should) (go|leave|stop|go now|leave now|go home)( now| soon|)(, bye|, goodbye|)
      (that is|that was|that's) all( for today| for now| from me|)(, bye|, goodbye|, thanks|)
      (have a|I wish you a) (nice|good|great) (day|evening|weekend|time)(, bye|, goodbye)
      (it is|it's) time to (go|leave|say goodbye|stop|say bye)
    `,
    answers: `
      Goodbye! Have a nice day.
      Goodbye! I hope to see you soon.
    `,
  },
  {
    asks: `
      good night( my friend| dear friend| dear model| fastchat| then| to you| to you all| and goodbye|)(!|)
      (thanks|ok|okay|well|bye)(,| and) good night( then|)
      (I am|I'm) going to (bed|sleep)( now|)(, good night|, bye|)
      (I want to|I must|I have to|I will|time to) (sleep|go to bed|go to sleep)( now|)
      (sleep well|sweet dreams)( my friend| fastchat|)
    `,
    answers: `Good night! Sleep well.`,
  },
];

export const greetings: readonly Deck[] = [
  { name: "hello", times: 170, lessons: hello, bare: true },
  { name: "time of day", times: 45, lessons: timesOfDay, bare: true },
  { name: "how are you", times: 210, lessons: howAreYou, bare: true },
  { name: "thanks", times: 220, lessons: thanks, bare: true },
  { name: "goodbye", times: 140, lessons: goodbye, bare: true },
];
