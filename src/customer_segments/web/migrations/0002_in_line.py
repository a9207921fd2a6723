"""Since when a job waits: one that goes on stands at the end of the line again."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('web', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='job',
            name='in_line',
            field=models.DateTimeField(db_index=True, default=django.utils.timezone.now),
        ),
    ]
