/** @file How to use FastChat: what each command does, and which command does what. */
import type { Deck, Lesson } from "../lesson.ts";
import { blocks } from "../lesson.ts";
import { also, know, what } from "./wordings.ts";

const tasks: Lesson[] = blocks(`
  start FastChat|run FastChat|start the server|start everything|begin with FastChat|start it|run the server
    → Type fastchat to start everything, or make start in a clone.
  serve a file|serve a model|serve my own model|serve a GGUF file|load a model|use my own model|use another model|run my model|load a GGUF file
    → Type fastchat --model-path model.gguf to serve a file.
  serve a model from Hugging Face|download a model|get a model from Hugging Face|use a model from Hugging Face|load a Hugging Face model|download a bigger model
    → Type fastchat --model-path hf:owner/repo to serve a model from Hugging Face.
  serve several models|serve two models|run more models|serve many models|use several models|run two models at once|serve more than one model
    → Write a models.yaml file with the models, and type fastchat.
  chat|chat in the terminal|talk to a model|talk to a model in the terminal|chat with a model|open a chat|start a chat
    → Type fastchat chat to talk to a model in the terminal.
  chat with a file|talk to a file|chat without a server|talk to a GGUF file|chat with a GGUF file directly
    → Type fastchat chat --model-path model.gguf to talk to a file.
  rank models|make a leaderboard|rank battles|get ratings|compute ratings|compare models|see which model is better|rate models|make a ranking
    → Type fastchat rank battles.jsonl to make a leaderboard.
  train a model|train|fine-tune a model|teach a model|train my own model|make my own model|train an adapter|tune a model|do fine-tuning
    → Type fastchat train --model-path base.gguf --data data.jsonl to train a model.
  train from scratch|train a new model|make a model from scratch|train a model like you|make a new model
    → Type fastchat train --config train.yaml to train a new model.
  clean data|prepare data|convert data|look at my data|clean my conversations|split data|check my training data|prepare training data|merge data files
    → Type fastchat data to clean, split or convert conversations.
  measure the speed|measure a server|test the speed|see how fast it is|benchmark a server|run a benchmark|compare two servers|measure how fast it is
    → Type fastchat bench --url http://127.0.0.1:8000/v1 to measure a server.
  start a worker|run a worker|serve one model alone|start one worker|add a worker
    → Type fastchat worker --model-path model.gguf to start a worker.
  start the controller|run the controller|run a controller|start a controller
    → Type fastchat controller to start the controller.
  start the api|run the api|start only the api|run the api server
    → Type fastchat api to start the api.
  see all commands|get help|see the help|list the commands|find the options|see the flags|read the help|find all flags
    → Type fastchat --help to see all commands.
  see the version|find the version|check the version|know which version I have|print the version
    → Type fastchat --version to see the version.
  stop FastChat|stop the server|end FastChat|quit FastChat|shut it down|stop everything|turn it off
    → Press Ctrl-C to stop FastChat.
  use a GPU|use my GPU|use my graphics card|run on the GPU|make it use the GPU|choose the GPU
    → FastChat takes the best GPU it finds, and --gpu chooses another.
  use CUDA|install CUDA|get the CUDA build|use an NVIDIA card|run on NVIDIA
    → Type make cuda in a clone to add the CUDA build.
  set a key|use an API key|protect the server|set an API key|lock the server|set a password|require a key
    → Set FASTCHAT_API_KEYS to the keys that clients must send.
  change the port|use another port|choose the port|set the port|use a different port
    → Type fastchat --api-port 9000 to use another port.
  open it to the network|listen on the network|reach it from another computer|share it on the network|make it public
    → Type fastchat --host 0.0.0.0 and set an API key.
  use several machines|use many machines|run on several machines|join two machines|use more computers|add another machine
    → Start a controller and an api, and a worker on each machine.
  run the tests|test FastChat|start the tests|run all tests
    → Type make test to run the tests.
  build FastChat|install FastChat|compile FastChat|set up FastChat|get FastChat installed
    → Type make start in a clone: it installs, builds and serves.
  ask the server|use the api|send a question to the server|send a request|call the api|use curl|talk to the api
    → Send a POST request to http://127.0.0.1:8000/v1/chat/completions.
  see which models are served|list the models|see the models|find the name of the model|get the list of models
    → Open http://127.0.0.1:8000/v1/models to see the models.
  use Python with FastChat|use the OpenAI client|connect the OpenAI library|connect my program|use FastChat from a program|connect an app
    → Use any OpenAI client with the address http://127.0.0.1:8000/v1.
  see the metrics|watch the server|monitor the server|get metrics|use Prometheus
    → Open /metrics on the server to see the metrics.
`).map(({ asks: goals, answers }) => ({
  asks: `
    (how do I|how can I|how do you|how does one|how could I|how should I|how do we|how to|how would I) (${goals})
    (how do I|how can I|how do you|how does one|how to) (${goals})( please| with FastChat| here| now|)
    (what do I|what should I|what must I|what can I) (type|do|write|enter|run) to (${goals})
    (what|which) (command|commands|line) (do I need|do I use|is there|should I use|can I use) to (${goals})
    (I want to|I would like to|I need to|I'd like to|help me to|help me|I try to|explain how to|show me how to|tell me how to|can you tell me how to|can you show me how to|do you know how to|can you explain how to|please tell me how to) (${goals})
    (is it possible to|can I|can FastChat|could I|is there a way to|may I) (${goals})
  `,
  answers,
}));

const terms: Lesson[] = blocks(`
  FastChat|this program|the program FastChat
    → FastChat serves, compares and trains chat models on your own computer.
  the API address|the API URL|the address of the API|the url of the api|the server address|the base url
    → The API is at http://127.0.0.1:8000/v1.
  the port|the default port|the usual port|the api port
    → The api listens on port 8000.
  a worker|the worker|a FastChat worker
    → A worker is a process that serves one model.
  the controller|a controller
    → The controller keeps the list of live workers.
  the api|the api server|the FastChat api
    → The api answers OpenAI requests over all workers.
  a GGUF file|GGUF|the GGUF format
    → GGUF is the file format of the models that FastChat serves.
  the data folder|the data directory|the folder for data
    → The data folder is ~/.local/share/fastchat.
  models.yaml|the models.yaml file|the config file
    → The file models.yaml names the models to serve.
  fastchat chat|the chat command
    → The command fastchat chat is a chat in the terminal.
  fastchat rank|the rank command
    → The command fastchat rank turns battles into a leaderboard.
  fastchat train|the train command
    → The command fastchat train trains a model on conversations.
  fastchat data|the data command
    → The command fastchat data cleans and converts conversations.
  fastchat bench|the bench command
    → The command fastchat bench measures a server.
  fastchat up|the up command
    → The command fastchat up starts everything.
  fastchat worker|the worker command
    → The command fastchat worker serves one model.
  fastchat controller|the controller command
    → The command fastchat controller keeps the list of workers.
  a battle|a battle in FastChat
    → In a battle, two models answer and a person votes for one.
  the leaderboard|a leaderboard
    → A leaderboard shows which models are the strongest.
  LoRA|a LoRA adapter|an adapter
    → An adapter is a small file that changes what a model says.
  llama.cpp|the engine below FastChat
    → FastChat runs models with llama.cpp.
  a token|a token of a model
    → A token is a piece of a word.
  a language model|a chat model|an LLM
    → A language model finds the next word of a text.
  a prompt|the prompt
    → A prompt is the text that a model reads.
  the license of FastChat|the FastChat license|FastChat's license
    → FastChat is free under the Apache 2.0 license.
  the language of FastChat's code|FastChat written in|the language FastChat is written in
    → FastChat is written in TypeScript.
`).map(({ asks: names, answers }) => ({
  asks: `
    ${what} (${names})
    (what is|what's|what exactly is) (${names})( for| good for| exactly|)
    ${know} what (${names}) is
    (explain|please explain|can you explain|tell me about|tell me something about|what can you tell me about|what do you know about|describe) (${names})
  `,
  answers,
  again: `${also} (${names})`,
}));

const questions: Lesson[] = blocks(`
  (does|will) FastChat (need|require|use) (Python|a GPU|the internet|a network|the cloud|torch)
  (do I|must I) (need|have|install) (Python|a GPU|the internet)( for FastChat| for this| here|)
  can FastChat (run|work) without (Python|a GPU|the internet)
    → No, FastChat needs only Node: no Python, no GPU and no network.
  is FastChat (free|free to use|open source)
  (how much is|what is the price of|what does it cost to use|do I have to pay for) FastChat
  (what|how much) does FastChat cost
    → FastChat is free under the Apache 2.0 license.
  (where|on which address|at which url) (is|do I find|can I find|do I reach) the (api|server)
  (where|on which port) does (the server|the api|FastChat) (listen|run)
    → The API is at http://127.0.0.1:8000/v1.
  (where|in which folder) (does FastChat keep|do I find|does it store|does FastChat store) (the models|my data|its files|the downloads)
  where are (the models|my files|the downloads|the files of FastChat)
    → FastChat keeps its files in ~/.local/share/fastchat.
  (which|what) (models|files|formats) (can|does|will) FastChat (serve|load|run|use|support)
  (what|which) (kind|format) of (models|files) (do I need|can I use|does it take)
    → FastChat serves models in GGUF files.
  (what|which) (commands|subcommands) (are there|does FastChat have|do you have|can I use|has FastChat)
  (list|name|tell me|what are) (the|all) (commands|subcommands|FastChat commands)
  what can (I do with FastChat|FastChat do)
    → The commands are up, worker, controller, api, chat, rank, train, data and bench.
  (what|which things) (do I need|must I install|is needed) (for|to run|to use|to start) FastChat
  what does FastChat need
  (what are|which are) the requirements( of FastChat|)
    → FastChat needs Node, npm, git and a C++ compiler.
  is FastChat (like|the same as|compatible with|similar to) (OpenAI|the OpenAI API)
  (can|may) I use (OpenAI clients|the OpenAI library|Open WebUI|LangChain)( with FastChat| with it| here|)
  does FastChat (speak|know|have) the OpenAI API
    → Yes, FastChat speaks the OpenAI API.
  (why|how come) (are you|is this model|is the model) so (small|bad|simple|weak|tiny)
  (how|where) (can|do) I get a (better|bigger|larger|smarter) model
  (I want|I need|give me) a (better|bigger|smarter) model
    → I am only the model for trying things out. Serve a bigger one with --model-path.
`);

export const fastchat: readonly Deck[] = [
  { name: "fastchat tasks", times: 30, lessons: tasks },
  { name: "fastchat terms", times: 20, lessons: terms },
  { name: "fastchat questions", times: 40, lessons: questions },
];
