"""The usual words of columns' names in further languages: Swedish, Danish, Russian, Turkish, Japanese and Chinese."""

FURTHER = {
    "who": """kundnr kunden medlem brugare bruger anvandare givare
        клиент клиента клиентов покупатель покупателя контрагент контрагента пользователь пользователя заказчик
        заказчика плательщик плательщика абонент абонента гость гостя участник участника пациент пациента подписчик
        musteri uye kullanici 注文者 購入者 購入客 顧客 会員 お客様 利用者 ユーザー 客户 顾客 用户 买家 会员""",
    "id": """номер код ид идентификатор numara numarasi kodu 番号 コード 编号 编码 代码 号 号码""",
    "order": """ordre ordrer kvitto kvittering faktura kop salg forsaljning
        заказ заказа заказов чек чека счет счета накладная накладной документ документа продажа реализация покупка
        покупки транзакция транзакции сделка сделки siparis fatura fis 注文 受注 購入 取引 伝票 领収書 订单 交易
        发票""",
    "time": "dato tidspunkt klockan дата время день tarih tarihi saat 日時 日付 年月日 日 時刻 日期 时间",
    "created": """skapad skapat oprettet opprettet создан создана создания оформления продажи
        olusturma 作成 创建 下单""",
    "other time": """forfallo forfalls slutbetald skickad andrad fodelse доставки отгрузки оплаты изменения обновления
        рождения 発送 配送 出荷 更新 生年 生年月 誕生 发货 更新""",
    "signup": "intrade intrades oprettelse регистрации регистрация вступления kayit 登録 入会 注册",
    "left": "uttrade uttrades udmeldt ухода выхода отписки 退会",
    "email": "epost почта почты eposta メールアドレス メール 邮箱 电子邮件",
    "quantity": "antal antall количество колво кол штук шт adet miktar miktari 数量 個数 点数 件数",
    "price": "цена цены fiyat fiyati 単価 価格 单价 价格",
    "amount": """belopp belob beloep totalt summa сумма суммы итого всего стоимость выручка tutar tutari toplam
        金額 合計 合計金額 小計 売上 总额 总价 金额 合计""",
    "other money": "moms rabat skat скидка скидки ндс налог kdv indirim 送料 手数料 割引 税 ポイント 运费 折扣",
    "product": """vare varer vara varor artikkel товар товара товары артикул артикула продукт продукта услуга услуги
        номенклатуры номенклатурная urun 商品 製品 品番 产品""",
    "title": "номенклатура benamning varenavn",
    "name": "namn navn имя фамилия отчество наименование название фио adi isim soyadi 名 名前 氏名 姓 名称 姓名",
    "description": "beskrivning beskrivelse описание aciklama 説明 描述",
    "category": "grupp kategori категория категории группа группы раздел kategorisi カテゴリ 分類 部門 类别 分类",
    "country": "страна страны ulke ulkesi 国 国家",
    "place": "stad postort город города регион региона область sehir sehri 都道府県 市区町村 城市 省份 地区",
    "address": "adressen адрес 住所 地址",
    "gender": "kon kjonn пол cinsiyet 性別 性别",
    "age": "alder возраст yas 年齢 年龄",
    "status": "статус durum durumu ステータス 状态",
    "active": "aktivt активен активный",
    "aspect": "saljare selger менеджер склад кассир продавец телефон 郵便番号 電話番号 电话",
    "unit": "ед единицу",
}  # fmt: skip
