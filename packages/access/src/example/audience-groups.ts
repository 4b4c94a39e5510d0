/** The second half of the example catalogue: customers, their data, and the panel's settings. */

/** Audiences, people, results and technical settings. */
export const audienceGroups = {
  segments: {
    label: "Segments",
    description: "Groups of customers chosen by rules",
    actions: {
      view: { description: "See segments and how many people are in them" },
      create: { description: "Define a new segment", implies: ["view"] },
      edit: { description: "Change a segment's rules", implies: ["view"] },
      delete: { description: "Remove a segment that isn't in use", implies: ["view"] },
      export: {
        description: "Download a segment's customers as a file",
        implies: ["view"],
        sensitive: true,
      },
    },
  },
  tags: {
    label: "Tags",
    description: "Labels for customers",
    actions: {
      view: { description: "See the tags" },
      create: { description: "Add a tag", implies: ["view"] },
      edit: { description: "Rename a tag", implies: ["view"] },
      delete: { description: "Remove a tag everywhere", implies: ["view"] },
    },
  },
  geofences: {
    label: "Geofences",
    description: "Places whose visitors get messages",
    actions: {
      view: { description: "See the places on the map" },
      create: { description: "Add a place", implies: ["view"] },
      edit: { description: "Move or resize a place", implies: ["view"] },
      delete: { description: "Remove a place", implies: ["view"] },
    },
  },
  contacts: {
    label: "Contacts",
    description: "Lists of addresses and numbers",
    actions: {
      upload: { description: "Add addresses and numbers from a file", sensitive: true },
      export: { description: "Download addresses and numbers as a file", sensitive: true },
      block: { description: "Block all messages to a person", sensitive: true },
    },
  },
  people: {
    label: "People",
    description: "Individual customers",
    actions: {
      view: { description: "Look up a customer, with names and addresses hidden" },
      "view-personal-data": {
        description: "See a customer's name, address and number",
        implies: ["view"],
        sensitive: true,
      },
      edit: { description: "Correct what is stored about a customer", implies: ["view"] },
      export: { description: "Download customers' profiles as a file", implies: ["view"], sensitive: true },
    },
  },
  consent: {
    label: "Consent",
    description: "What customers have agreed to",
    actions: {
      view: { description: "See which messages a customer has agreed to" },
      edit: { description: "Record a customer's consent or its withdrawal", implies: ["view"] },
    },
  },
  attributes: {
    label: "Attributes",
    description: "Data stored about customers",
    actions: {
      view: { description: "See which attributes are stored" },
      create: { description: "Add an attribute", implies: ["view"] },
      edit: { description: "Change an attribute's name and type", implies: ["view"] },
      delete: { description: "Delete an attribute and its data", implies: ["view"] },
    },
  },
  events: {
    label: "Events",
    description: "Things that customers do in the app",
    actions: {
      view: { description: "See which events are counted" },
      create: { description: "Add a new event", implies: ["view"] },
      edit: { description: "Change an event's name and counting", implies: ["view"] },
      delete: { description: "Stop counting an event", implies: ["view"] },
    },
  },
  recommendations: {
    label: "Recommendations",
    description: "Products and content suggested to customers",
    actions: {
      view: { description: "See what is suggested to whom" },
      approve: { description: "Approve a set of suggestions", implies: ["view"] },
    },
  },
  experiments: {
    label: "Experiments",
    description: "A/B tests with real customers",
    actions: {
      view: { description: "See experiments and which version wins" },
      manage: { description: "Set up, start and end experiments", implies: ["view"] },
    },
  },
  reports: {
    label: "Reports",
    description: "Figures in tables",
    actions: {
      view: { description: "Read reports" },
      export: { description: "Download a report as a file", implies: ["view"] },
    },
  },
  analytics: {
    label: "Analytics",
    description: "Figures in charts",
    actions: {
      view: { description: "See the main figures over time" },
      "view-advanced": { description: "See funnels, cohorts and revenue", implies: ["view"] },
    },
  },
  "crash-reports": {
    label: "Crash reports",
    description: "Crashes of the app on customers' phones",
    actions: {
      view: { description: "See which crashes happened, and how often" },
      manage: { description: "Assign crashes and mark them as solved", implies: ["view"] },
    },
  },
  dashboards: {
    label: "Dashboards",
    description: "Pages of charts made by the team",
    actions: {
      view: { description: "Open the dashboards" },
      edit: { description: "Add, arrange and remove charts", implies: ["view"] },
    },
  },
  channels: {
    label: "Channels",
    description: "Senders, domains and numbers of messages",
    actions: {
      view: { description: "See how each channel is set up" },
      manage: { description: "Set up senders, domains and numbers", implies: ["view"] },
    },
  },
  "push-backends": {
    label: "Push backends",
    description: "Connections to Apple, Google and Huawei",
    actions: {
      view: { description: "See whether the connections work" },
      manage: { description: "Set up connections and their certificates", implies: ["view"] },
    },
  },
  settings: {
    label: "Settings",
    description: "Settings of the panel for everyone",
    actions: {
      view: { description: "See the panel's settings" },
      edit: { description: "Change the panel's settings", implies: ["view"] },
    },
  },
} as const;
