"""Addresses that outside systems push to."""

from django.urls import path

from anju.channels.inbound import views

app_name = "inbound"
urlpatterns = [path("inbox/bank", views.bank_notice, name="bank_notice")]
