/** The example's texts in Turkish. */

/** Label and description. */
type Texts = readonly [label: string, description: string];
/** Of a group, and of its actions by name. */
type GroupTexts = readonly [...Texts, actions: Readonly<Record<string, Texts>>];

/** The actions of a kind of message. `one` is its name inside a sentence. */
function messageActions(one: string, many: string, send: string): Readonly<Record<string, Texts>> {
  return {
    view: ["Görüntüleme", `${many} ve sonuçlarını görür`],
    create: ["Oluşturma", `Yeni bir ${one} yazar`],
    edit: ["Düzenleme", `Bir ${one} içeriğini değiştirir`],
    delete: ["Silme", `Bir ${one} siler`],
    send: ["Gönderme", send],
  };
}

/** By group. */
export const turkishTexts: Readonly<Record<string, GroupTexts>> = {
  campaigns: [
    "Kampanyalar",
    "Çok sayıda müşteriye giden, planlanan ve onaylanan iletiler",
    {
      view: ["Görüntüleme", "Kampanyaları ve sonuçlarını görür"],
      create: ["Oluşturma", "Yeni bir kampanya başlatır"],
      edit: ["Düzenleme", "Kampanyanın içeriğini, hedef kitlesini ve zamanını değiştirir"],
      delete: ["Silme", "Taslak ya da bitmiş kampanyaları siler"],
      submit: ["Onaya sunma", "Kampanyayı onaya sunar"],
      approve: ["Onaylama", "Kampanyanın gönderilmesini onaylar"],
      send: ["Gönderme", "Onaylanmış kampanyayı hedef kitlesine gönderir"],
      stop: ["Durdurma", "Gönderilmekte olan kampanyayı durdurur"],
      recall: ["Geri çekme", "Henüz açılmamış iletileri geri çeker"],
      export: ["Dışa aktarma", "Kampanyanın sonuçlarını dosya olarak indirir"],
    },
  ],
  push: [
    "Push",
    "Telefonlardaki bildirimler",
    messageActions("push iletisi", "Push iletilerini", "Müşterilerin telefonlarına push iletisi gönderir"),
  ],
  "in-app": [
    "Uygulama içi",
    "Uygulamanın içinde gösterilen iletiler",
    messageActions("uygulama içi ileti", "Uygulama içi iletileri", "Müşterilere uygulama içi ileti gösterir"),
  ],
  "web-push": [
    "Web push",
    "Tarayıcıdaki bildirimler",
    messageActions(
      "web push iletisi",
      "Web push iletilerini",
      "Müşterilerin tarayıcılarına web push iletisi gönderir",
    ),
  ],
  email: [
    "E-posta",
    "Bültenler ve öteki e-postalar",
    messageActions("e-posta", "E-postaları", "Müşterilere e-posta gönderir"),
  ],
  sms: [
    "SMS",
    "Kısa mesajlar",
    messageActions("kısa mesaj", "Kısa mesajları", "Müşterilere kısa mesaj gönderir"),
  ],
  whatsapp: [
    "WhatsApp",
    "WhatsApp üzerinden giden iletiler",
    messageActions("WhatsApp iletisi", "WhatsApp iletilerini", "Müşterilere WhatsApp iletisi gönderir"),
  ],
  templates: [
    "Şablonlar",
    "İletilerin başlangıç düzenleri",
    {
      view: ["Görüntüleme", "Şablonları görür"],
      edit: ["Düzenleme", "Şablon ekler, değiştirir ve siler"],
    },
  ],
  automation: [
    "Otomasyon",
    "Bir olayın tetiklediği iletiler",
    {
      view: ["Görüntüleme", "Hangi olayın hangi iletiyi tetiklediğini görür"],
      edit: ["Düzenleme", "Bir olayın neyi tetiklediğini değiştirir"],
      pause: ["Duraklatma", "Bir otomasyonu duraklatır ve sürdürür"],
    },
  ],
  journeys: [
    "Yolculuklar",
    "Müşteriyi izleyen ileti dizileri",
    {
      view: ["Görüntüleme", "Yolculukları ve müşterilerin nerede olduğunu görür"],
      create: ["Oluşturma", "Yeni bir yolculuk oluşturur"],
      edit: ["Düzenleme", "Bir yolculuğun adımlarını değiştirir"],
      activate: ["Etkinleştirme", "Bir yolculuğu başlatır; iletiler bundan sonra kendiliğinden gider"],
      delete: ["Silme", "Bir yolculuğu siler"],
    },
  ],
  segments: [
    "Segmentler",
    "Kurallarla seçilen müşteri grupları",
    {
      view: ["Görüntüleme", "Segmentleri ve kaç kişi olduğunu görür"],
      create: ["Oluşturma", "Yeni bir segment tanımlar"],
      edit: ["Düzenleme", "Bir segmentin kurallarını değiştirir"],
      delete: ["Silme", "Kullanılmayan bir segmenti siler"],
      export: ["Dışa aktarma", "Bir segmentteki müşterileri dosya olarak indirir"],
    },
  ],
  tags: [
    "Etiketler",
    "Müşterilere konan etiketler",
    {
      view: ["Görüntüleme", "Etiketleri görür"],
      create: ["Oluşturma", "Etiket ekler"],
      edit: ["Düzenleme", "Bir etiketin adını değiştirir"],
      delete: ["Silme", "Bir etiketi her yerden siler"],
    },
  ],
  geofences: [
    "Coğrafi alanlar",
    "Ziyaretçilerine ileti giden yerler",
    {
      view: ["Görüntüleme", "Yerleri haritada görür"],
      create: ["Oluşturma", "Yer ekler"],
      edit: ["Düzenleme", "Bir yeri taşır ya da boyutunu değiştirir"],
      delete: ["Silme", "Bir yeri siler"],
    },
  ],
  contacts: [
    "İletişim listeleri",
    "Adres ve numara listeleri",
    {
      upload: ["Yükleme", "Dosyadan adres ve numara ekler"],
      export: ["Dışa aktarma", "Adresleri ve numaraları dosya olarak indirir"],
      block: ["Engelleme", "Bir kişiye giden bütün iletileri engeller"],
    },
  ],
  people: [
    "Kişiler",
    "Tek tek müşteriler",
    {
      view: ["Görüntüleme", "Bir müşteriyi adı ve adresi gizli olarak bulur"],
      "view-personal-data": ["Kişisel verileri görme", "Bir müşterinin adını, adresini ve numarasını görür"],
      edit: ["Düzenleme", "Bir müşteri hakkında saklananları düzeltir"],
      export: ["Dışa aktarma", "Müşteri profillerini dosya olarak indirir"],
    },
  ],
  consent: [
    "İzinler",
    "Müşterilerin onay verdikleri",
    {
      view: ["Görüntüleme", "Bir müşterinin hangi iletilere onay verdiğini görür"],
      edit: ["Düzenleme", "Bir müşterinin onayını ya da onayını geri almasını kaydeder"],
    },
  ],
  attributes: [
    "Öznitelikler",
    "Müşteriler hakkında saklanan veriler",
    {
      view: ["Görüntüleme", "Hangi özniteliklerin saklandığını görür"],
      create: ["Oluşturma", "Öznitelik ekler"],
      edit: ["Düzenleme", "Bir özniteliğin adını ve türünü değiştirir"],
      delete: ["Silme", "Bir özniteliği verileriyle birlikte siler"],
    },
  ],
  events: [
    "Olaylar",
    "Müşterilerin uygulamada yaptıkları",
    {
      view: ["Görüntüleme", "Hangi olayların sayıldığını görür"],
      create: ["Oluşturma", "Yeni bir olay ekler"],
      edit: ["Düzenleme", "Bir olayın adını ve sayılışını değiştirir"],
      delete: ["Silme", "Bir olayın sayılmasını durdurur"],
    },
  ],
  recommendations: [
    "Öneriler",
    "Müşterilere önerilen ürünler ve içerikler",
    {
      view: ["Görüntüleme", "Kime ne önerildiğini görür"],
      approve: ["Onaylama", "Bir öneri kümesini onaylar"],
    },
  ],
  experiments: [
    "Deneyler",
    "Gerçek müşterilerle A/B testleri",
    {
      view: ["Görüntüleme", "Deneyleri ve hangi sürümün kazandığını görür"],
      manage: ["Yönetme", "Deney kurar, başlatır ve bitirir"],
    },
  ],
  reports: [
    "Raporlar",
    "Tablolardaki sayılar",
    {
      view: ["Görüntüleme", "Raporları okur"],
      export: ["Dışa aktarma", "Bir raporu dosya olarak indirir"],
    },
  ],
  analytics: [
    "Analiz",
    "Grafiklerdeki sayılar",
    {
      view: ["Görüntüleme", "Temel sayıları zaman içinde görür"],
      "view-advanced": ["Gelişmiş görüntüleme", "Hunileri, kohortları ve geliri görür"],
    },
  ],
  "crash-reports": [
    "Çökme raporları",
    "Uygulamanın müşterilerin telefonlarındaki çökmeleri",
    {
      view: ["Görüntüleme", "Hangi çökmenin ne sıklıkta olduğunu görür"],
      manage: ["Yönetme", "Çökmeleri birine atar ve çözüldü diye işaretler"],
    },
  ],
  dashboards: [
    "Panolar",
    "Ekibin hazırladığı grafik sayfaları",
    {
      view: ["Görüntüleme", "Panoları açar"],
      edit: ["Düzenleme", "Grafik ekler, yerleştirir ve siler"],
    },
  ],
  channels: [
    "Kanallar",
    "İletilerin gönderenleri, alan adları ve numaraları",
    {
      view: ["Görüntüleme", "Her kanalın nasıl kurulduğunu görür"],
      manage: ["Yönetme", "Gönderenleri, alan adlarını ve numaraları kurar"],
    },
  ],
  "push-backends": [
    "Push bağlantıları",
    "Apple, Google ve Huawei bağlantıları",
    {
      view: ["Görüntüleme", "Bağlantıların çalışıp çalışmadığını görür"],
      manage: ["Yönetme", "Bağlantıları ve sertifikalarını kurar"],
    },
  ],
  settings: [
    "Ayarlar",
    "Panelin herkes için geçerli ayarları",
    {
      view: ["Görüntüleme", "Panelin ayarlarını görür"],
      edit: ["Düzenleme", "Panelin ayarlarını değiştirir"],
    },
  ],
};
