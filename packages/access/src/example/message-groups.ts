/** The first half of the example catalogue: everything that is sent to customers. */

/** Campaigns, channels and automation. */
export const messageGroups = {
  campaigns: {
    label: "Campaigns",
    description: "Messages to many customers, planned and approved",
    actions: {
      view: { description: "See campaigns and their results" },
      create: { description: "Start a new campaign", implies: ["view"] },
      edit: { description: "Change a campaign's content, audience and timing", implies: ["view"] },
      delete: { description: "Delete campaigns that are drafts or finished", implies: ["view"] },
      submit: { description: "Submit a campaign for approval", implies: ["view"] },
      approve: { description: "Approve a campaign for sending", implies: ["view"], sensitive: true },
      send: { description: "Send an approved campaign to its audience", implies: ["view"], sensitive: true },
      stop: { description: "Stop a campaign while it is being sent", implies: ["view"] },
      recall: { description: "Recall messages that have not been opened yet", implies: ["view"] },
      export: { description: "Download a campaign's results as a file", implies: ["view"] },
    },
  },
  push: {
    label: "Push",
    description: "Notifications on phones",
    actions: {
      view: { description: "See push messages and their results" },
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
      view: { description: "See in-app messages and their results" },
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
      view: { description: "See web push messages and their results" },
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
    description: "Newsletters and other e-mails",
    actions: {
      view: { description: "See e-mails and their results" },
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
      view: { description: "See text messages and their results" },
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
      view: { description: "See WhatsApp messages and their results" },
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
    description: "Messages that an event triggers",
    actions: {
      view: { description: "See which events trigger which messages" },
      edit: { description: "Change what an event triggers", implies: ["view"] },
      pause: { description: "Pause and resume an automation", implies: ["view"] },
    },
  },
  journeys: {
    label: "Journeys",
    description: "Series of messages that follow a customer",
    actions: {
      view: { description: "See journeys and where customers are in them" },
      create: { description: "Create a new journey", implies: ["view"] },
      edit: { description: "Change the steps of a journey", implies: ["view"] },
      activate: {
        description: "Start a journey, which then sends automatically",
        implies: ["view"],
        sensitive: true,
      },
      delete: { description: "Remove a journey", implies: ["view"] },
    },
  },
} as const;
