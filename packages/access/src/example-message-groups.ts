/** The example catalogue's first half: everything that reaches customers. */

/** Campaigns, the channels that carry them, and what runs by itself. */
export const messageGroups = {
  campaigns: {
    label: "Campaigns",
    description: "Messages to many customers, planned and approved",
    actions: {
      view: { description: "See campaigns and how they did" },
      create: { description: "Start a new campaign", implies: ["view"] },
      edit: { description: "Change a campaign's content, audience and timing", implies: ["view"] },
      delete: { description: "Remove campaigns that are drafts or over", implies: ["view"] },
      submit: { description: "Hand a campaign in for approval", implies: ["view"] },
      approve: { description: "Allow a campaign to go out", implies: ["view"], sensitive: true },
      send: { description: "Send an approved campaign to its audience", implies: ["view"], sensitive: true },
      stop: { description: "Halt a campaign while it is going out", implies: ["view"] },
      recall: { description: "Take back messages that nobody has opened yet", implies: ["view"] },
      export: { description: "Download a campaign's results as a file", implies: ["view"] },
    },
  },
  push: {
    label: "Push",
    description: "Notifications on phones",
    actions: {
      view: { description: "See push messages and how they did" },
      create: { description: "Write a new push message", implies: ["view"] },
      edit: { description: "Change a push message", implies: ["view"] },
      delete: { description: "Remove a push message", implies: ["view"] },
      send: { description: "Send a push message to customers' phones", implies: ["view"], sensitive: true },
    },
  },
  "in-app": {
    label: "In-app",
    description: "Messages shown inside the app",
    actions: {
      view: { description: "See in-app messages and how they did" },
      create: { description: "Write a new in-app message", implies: ["view"] },
      edit: { description: "Change an in-app message", implies: ["view"] },
      delete: { description: "Remove an in-app message", implies: ["view"] },
      send: { description: "Show an in-app message to customers", implies: ["view"], sensitive: true },
    },
  },
  "web-push": {
    label: "Web push",
    description: "Notifications in the browser",
    actions: {
      view: { description: "See web push messages and how they did" },
      create: { description: "Write a new web push message", implies: ["view"] },
      edit: { description: "Change a web push message", implies: ["view"] },
      delete: { description: "Remove a web push message", implies: ["view"] },
      send: {
        description: "Send a web push message to customers' browsers",
        implies: ["view"],
        sensitive: true,
      },
    },
  },
  email: {
    label: "E-mail",
    description: "Newsletters and other mail",
    actions: {
      view: { description: "See e-mails and how they did" },
      create: { description: "Write a new e-mail", implies: ["view"] },
      edit: { description: "Change an e-mail", implies: ["view"] },
      delete: { description: "Remove an e-mail", implies: ["view"] },
      send: { description: "Send an e-mail to customers", implies: ["view"], sensitive: true },
    },
  },
  sms: {
    label: "SMS",
    description: "Text messages",
    actions: {
      view: { description: "See text messages and how they did" },
      create: { description: "Write a new text message", implies: ["view"] },
      edit: { description: "Change a text message", implies: ["view"] },
      delete: { description: "Remove a text message", implies: ["view"] },
      send: { description: "Send a text message to customers", implies: ["view"], sensitive: true },
    },
  },
  whatsapp: {
    label: "WhatsApp",
    description: "Messages through WhatsApp",
    actions: {
      view: { description: "See WhatsApp messages and how they did" },
      create: { description: "Write a new WhatsApp message", implies: ["view"] },
      edit: { description: "Change a WhatsApp message", implies: ["view"] },
      delete: { description: "Remove a WhatsApp message", implies: ["view"] },
      send: { description: "Send a WhatsApp message to customers", implies: ["view"], sensitive: true },
    },
  },
  templates: {
    label: "Templates",
    description: "Layouts that messages start from",
    actions: {
      view: { description: "See the templates" },
      edit: { description: "Add, change and remove templates", implies: ["view"] },
    },
  },
  automation: {
    label: "Automation",
    description: "Messages that an event sets off",
    actions: {
      view: { description: "See which events set off which messages" },
      edit: { description: "Change what an event sets off", implies: ["view"] },
      pause: { description: "Pause an automation and let it go on", implies: ["view"] },
    },
  },
  journeys: {
    label: "Journeys",
    description: "Series of messages that follow a customer",
    actions: {
      view: { description: "See journeys and where customers are in them" },
      create: { description: "Draw a new journey", implies: ["view"] },
      edit: { description: "Change the steps of a journey", implies: ["view"] },
      activate: {
        description: "Start a journey, so that it sends by itself",
        implies: ["view"],
        sensitive: true,
      },
      delete: { description: "Remove a journey", implies: ["view"] },
    },
  },
} as const;
