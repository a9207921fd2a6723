"""The usual words of columns' names in further languages: of northern and eastern Europe, and of Asia."""

FURTHER = {
    "who": """grower growers kanta patron conto conti iletisim kontaktu kundnr kunden medlem brugare bruger
        anvandare givare клиент клиента клиентов покупатель покупателя контрагент контрагента пользователь
        пользователя заказчик заказчика плательщик плательщика абонент абонента гость гостя участник участника
        пациент пациента подписчик musteri uye kullanici 注文者 購入者 購入客 顧客 会員 お客様 利用者 ユーザー 客户
        顾客 用户 买家 会员 clen clena clenove clenske clenska kupujici uzivatel uzivatele ucastnik ucastnika
        predplatitel darce darci najemce pojistenec pojistnik ctenar ctenare navstevnik objednatel prijemce
        zakaznici zakaznicke zakaznicka hosta musteriler musterinin uyesi alici alicinin abone abonenin ogrenci
        misafir sigortali cari bagisci yolcu kundens medlems elev prenumerant hyresgast deltagare bruker brukeren
        pasient gjest gaest leietaker lejer giver asiakkaat jasen jasenen kayttaja kayttajan potilas oppilas vieras
        vuokralainen vevo vevoi ugyfel ugyfelszam felhasznalo elofizeto paciens vendeg tanulo berlo adomanyozo
        clientului cumparator abonat membru utilizator pacientul beneficiar entidade 契約者 患者 生徒 加入者 組合員
        得意先 取引先 請求先 申込者 受講者 寄付者 学员 收货人 购买人 持卡人 客人 捐赠人 客戶 會員 買家 고객 회원
        구매자 사용자 이용자 환자 학생 주문자""",
    "id": """symbol symbolu номер код ид идентификатор numara numarasi kodu 番号 コード 编号 编码 代码 号 号码
        identifikator kodi tunnus koodi szam szama azonosito sorszam numar numarul kodja id番号 編號 번호 코드
        아이디 卡号""",
    "order": """platby platba dokumentu 販売 寄付 寄附 지출 기부 zasilka przesylki przesylka pret prets ordre ordrer
        kvitto kvittering faktura kop salg forsaljning заказ заказа заказов чек чека счет счета накладная накладной
        документ документа продажа реализация покупка покупки транзакция транзакции сделка сделки siparis fatura fis
        注文 受注 購入 取引 伝票 领収書 订单 交易 发票 uctenka uctenky prodej prodeje nakup nakupu rezervace
        navsteva navstevy zakazka zakazky vypujcka vypujcky vydejka dodaci objednavce belge satis satisi islem
        islemi irsaliye rezervasyon randevu makbuz alisveris ziyaret sepet fisi siparisi bokning boknings
        bestallnings besok besog verifikat verifikation kjop kob bilag bilags bestillings ordrelinje lasku laskun
        tilaus tilauksen kuitti kuitin osto oston ostos myynti varaus kaynti tapahtuma szamla rendeles rendelesi
        bizonylat nyugta vasarlas eladas foglalas tranzakcio latogatas comanda comenzii chitanta tranzactie vanzare
        vanzarii achizitie rezervare talao wiegeschein wiege schein tickets sefer seferi wypozyczen 売上 予約
        レシート 請求 請求書 決済 来店 貸出 利用 申込 小票 销售 购买 消费 流水 预约 预订 单据 訂單 주문 거래 구매
        결제 예약 영수증""",
    "time": """일 dato tidspunkt klockan дата время день tarih tarihi saat 日時 日付 年月日 日 時刻 日期 时间 gun
        saati zaman zamani klockslag klokkeslett klokkeslaet paiva paivays paivamaara pvm aika kellonaika datuma
        datumot ido idopont kelt kelte den dne 時間 ある日 시간 날짜 일자 일시 날""",
    "created": """pujceno ausgegeben ausgabe add skapad skapat oprettet opprettet создан создана создания оформления
        продажи olusturma 作成 创建 下单 vystaveni vytvoreni vytvoreno prijeti zadani uskutecneni porizeni zalozeno
        olusturulma duzenleme kesim kopdatum kopdato kjopsdato kobsdato bokad bokat bestalld bestallt kopt skapades
        luotu keltezes letrehozas letrehozva emiterii emitere creare plasarii zakupiono sprzedania vendida 受付 発行
        成交 建立 생성 작성""",
    "other time": """vraceno ruckgabe rueckgabe rendu retorno inlevering upd forfallo forfalls slutbetald skickad
        andrad fodelse доставки отгрузки оплаты изменения обновления рождения 発送 配送 出荷 更新 生年 生年月 誕生
        发货 dodani duzp uhrady expedice zmeny naposledy zdanitelneho plneni vade teslim teslimat guncelleme sevk
        leverans levererad levererat betald betalt siste forfall forfallsdato leverings levering toimitus erapaiva
        viimeisin hatarido teljesites lejarat esedekesseg modositas utolso scadenta scadentei livrare livrarii
        ultimul お届け 支払 支払い 期限 入金 納品 最終 前回 有効期限 付款 到期 最近 最后 出生 有效期 배송 입금 수정
        만료 최근 evenemangs veranstaltungs vorstellungs settle settlement speldatum""",
    "signup": """intrade intrades oprettelse регистрации регистрация вступления kayit 登録 入会 注册 registrace
        registrovan registrovana vstupu prihlaseni zalozeni przylaczenia uyelik kayitli registrerings registrert
        innmeldt innmelding indmeldt indmeldelse siden liittymis liittyi liittymispaiva rekisterointi rekisteroity
        regisztracio regisztralt csatlakozas belepes inscriere inregistrare inregistrarii aderare aderarii adesao
        加入 契約開始 申込 开卡 註冊 가입 등록""",
    "left": """iptal disconnect disconnected disconnection deactivate uttrade uttrades udmeldt ухода выхода отписки
        退会 odchod odchodu odhlaseni vystoupeni zruseni ayrilma ayrilis cikis iptali avslutad avslut uppsagd
        uppsagning utmeldt utmelding udmeldelse opphort eronnut eropaiva ero kilepes lemondas megszunes renuntare
        incetare incetarii 解約 脱退 退団 注销 탈퇴 해지""",
    "email": """epost почта почты eposta メールアドレス メール 邮箱 电子邮件 epostasi sahkoposti 邮件 電子郵件
        이메일 메일""",
    "quantity": """antal antall количество колво кол штук шт adet miktar miktari 数量 個数 件数 pocty kusy adedi
        sayisi maara lkm kappale mennyiseg darab darabszam cantitate cantitatea bucati stykker 枚数 本数 回数 人数
        泊数 总数量 次数 수량 개수 횟수 數量 件數 liter litr litry litros litri""",
    "price": """цена цены fiyat fiyati 単価 価格 单价 价格 fiyatlari stykpris hinta hinnan egysegar pretul pret 定価
        售价 單價 단가 가격""",
    "amount": """mt earnings belopp belob beloep totalt summa сумма суммы итого всего стоимость выручка tutar tutari
        toplam 金額 合計 合計金額 小計 売上 总额 总价 金额 合计 castka castky hodnota uhrazeno zaplaceno utrata
        utraty trzba trzby soucet bedel bedeli harcama harcamasi ciro odenen borc belopet omsattning varde omsetning
        omsaetning beloebet yhteensa summan arvo loppusumma osszeg osszesen ertek ertekben fizetendo vegosszeg
        valoare valoarea totala incasat faturacao faturado despesa 代金 料金 請求額 購入額 支払額 売価 総額 实付
        应付 货款 小计 销售额 總額 금액 합계 총액 매출 결제금액""",
    "other money": """solde solden soldo moms rabat skat скидка скидки ндс налог kdv indirim 送料 手数料 割引 税
        ポイント 运费 折扣 sleva slevy dan dane doprava postovne zaloha marze spropitne zustatek dluh provize
        iskonto vergi komisyon bakiye bakiyesi alacak kar frakt fragt dricks drikkepenge gebyrer mva alennus vero
        toimituskulut alv saldon afa kedvezmeny engedmeny egyenleg szallitasi reducere reduceri transportul portes
        消費税 値引 値引き 残高 原価 粗利 优惠 税额 余额 积分 成本 할인 배송비 세금 포인트 잔액""",
    "product": """veranstaltung konzert vorstellung concert concerto concierto espectaculo spettacolo
        voorstelling program programs programme programmes programm programma programa instrument garment vare varer
        vara varor artikkel товар товара товары артикул артикула продукт продукта услуга услуги номенклатуры
        номенклатурная urun 商品 製品 品番 产品 sluzba sluzby vyrobek vyrobku kurz vykon urunu stok hizmet hizmeti
        malzeme barkod barkodu tjanst biljett evenemang forestallning ydelse tjeneste tuote tuotteen nimike palvelu
        termek cikk cikkszam tetel szolgaltatas produs produsului articol serviciu artigo artigos メニュー コース
        講座 品目 宝贝 货品 物料 项目 课程 菜品 상품 제품 품목 메뉴 품명""",
    "title": "номенклатура benamning varenavn megnevezes denumire denumirea nimitys 标题 品名 標題",
    "name": """namn navn имя фамилия отчество наименование название фио adi isim soyadi 名 名前 氏名 姓 名称 姓名
        jmeno prijmeni unvan unvani ismi soyad nombres fornamn efternamn fornavn etternavn efternavn nimi etunimi
        sukunimi nev neve vezeteknev keresztnev nume prenume numele お名前 이름 성명 명""",
    "description": """detalle detalles dettaglio detail beskrivning beskrivelse описание aciklama 説明 描述 selite
        kuvaus leiras descriere tekst varetekst tuotekuvaus 内容 摘要 规格 설명 내용""",
    "category": """sektion grupp kategori категория категории группа группы раздел kategorisi カテゴリ 分類 部門
        类别 分类 skupina skupiny grup grubu varugrupp varegruppe avdelning ryhma tuoteryhma luokka csoport 種別
        区分 品类 카테고리 분류 類別""",
    "country": "страна страны ulke ulkesi 国 国家 zeme maa orszag tarii 國家 국가",
    "place": """il 거주 거주지 kotikunta hjemsted stad postort город города регион региона область sehir sehri
        都道府県 市区町村 城市 省份 地区 bydliste okres ilce ilcesi bolge semt lan poststed fylke kaupunki
        paikkakunta postitoimipaikka kunta varos telepules megye oras orasul localitate judet judetul 地域 市町村 省
        市 区 도시 지역 시도""",
    "address": "adressen адрес 住所 地址 adresa adresi adress gatuadress osoite cim ulice morada 주소",
    "gender": "kon kjonn пол cinsiyet 性別 性别 pohlavie sukupuoli 성별",
    "age": "alder возраст yas 年齢 年龄 vek veku yasi ika eletkor varsta alderen 年齡 나이 연령",
    "status": "статус durum durumu ステータス 状态 statusu durumlar tila allapot statusz stare stadiu 状況 狀態 상태",
    "active": "aktivt активен активный aktivni aktif aktiven aktiivinen activ aktivna 有効 在籍 活跃 활성",
    "aspect": """table tables saljare selger менеджер склад кассир продавец телефон 郵便番号 電話番号 电话 pokladna
        pokladni obsluha prodejce stredisko pobocka sazba dopravce poznamka jazyk sube subesi magaza depo kasiyer
        satici personel plasiyer doviz kargo takip kassor butik butikk betalsatt referens selgere betjening myyja
        myymala maksutapa varasto elado penztar bolt raktar magazin vanzator depozit armazem obs sposob forma
        sposobu zpusob zpusobu 担当 担当者 店舗 店 備考 レジ 方法 門店 门店 店铺 收银员 方式 备注 매장 지점 결제방법
        담당자 비고 tempo maquina""",
    "unit": """ед единицу jednotkova jednotku birim enhet enhets enhed enheds yksikko egyseg egysegi unitate unitar
        styck 単位 单位 단위""",
    "card": """rewards fidelitate bonuskort kundekort karti kartu kortti kortin kartya cardul カード 会員証 会员卡
        卡 카드""",
    "level": "税込 税抜 税抜き 税込み 含税 不含税 veroton verollinen verotonta",
    "fee": "avgift avgiften serviceavgift gebyr poplatek ucret ucreti maksut",
    "birth": """narozeni dogum dogumu fodd fodelsear fodelsedatum fodselsdato fodselsar fodsel fodsels syntyma
        syntymaaika szuletesi szuletes nasterii nastere 生年月日 誕生日 生日 출생 생년월일""",
    "paid": "platby platba odeme odemesi betalning betalt maksu maksettu fizetes plata platii 支払 支付 付款 결제",
    "phone": "mobilni cep puhelin telefonszam 携帯 携帯電話 手机 手机号 手機 전화 전화번호 휴대폰",
    "kind": "druh druhu turu tipi cesit slag tyyppi tipus biljettyp",
    "income": "prijem gelir geliri maas lon inntekt indkomst tulot jovedelem venit venituri 年収 收入 소득",
    "channel": "kanali kanava csatorna チャネル 経路 渠道 채널",
    "favourite": """preferovany preferovana oblibeny tercih tercihi foredragen foretrukken foretrukket onskad onsket
        ensisijainen kivant preferat preferata 希望 首选 선호""",
    "begin": "zacatek zahajeni baslangic borjan alku kezdet kezdete inceput 開始 开始 시작",
    "end": "konec ukonceni bitis bitisi slut slutt loppu paattymis paattyy vege sfarsit 終了 结束 종료",
    "contract": """huur miete miet rent loyer alquiler affitto aluguel najmu smlouva smlouvy clenstvi predplatne
        pojistka permanentka permanentky sozlesme abonelik avtal avtals avtalen aftale avtale abonnemang sopimus
        szerzodes 契約 契約日 合同 계약 prenumeration""",
    "line": "rad radnr linje rader rivi sor sorszama linia linha linhas 行 明細",
    "post": "postinumero posta iranyitoszam 邮编 우편번호",
    "only": "eks ekskl alv kdv dahil haric mva bez fara inklusive exklusive danove 円 元 원",
    "currency": "ft lei mena 通貨 币种 통화",
}  # fmt: skip
